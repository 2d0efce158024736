select
    product_id,
    {{ clean_text('product_name') }} as product_name,
    category,
    unit_cost,
    list_price,
    is_active
from {{ ref('products') }}
