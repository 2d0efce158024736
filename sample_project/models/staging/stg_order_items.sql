select
    order_item_id,
    order_id,
    product_id,
    quantity,
    unit_price,
    quantity * unit_price as gross_amount,
    discount_amount,
    quantity * unit_price - discount_amount as net_amount
from {{ ref('order_items') }}
