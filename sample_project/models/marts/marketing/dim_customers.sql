with versions as (

    select
        *,
        updated_at as valid_from,
        lead(updated_at) over (partition by customer_id order by updated_at) as valid_to
    from {{ ref('int_customer_orders') }}

)

select
    {{ dbt_utils.generate_surrogate_key(['customer_id', 'updated_at']) }} as customer_sk,
    customer_id,
    first_name,
    last_name,
    first_name || ' ' || last_name as full_name,
    email,
    email is not null as is_contactable,
    city,
    country_code,
    status,
    created_at,
    total_orders,
    first_ordered_at,
    last_ordered_at,
    lifetime_amount,
    lifetime_margin,
    case
        when total_orders = 0 then 'new'
        when lifetime_amount < 500 then 'low'
        when lifetime_amount < 1500 then 'medium'
        else 'high'
    end as value_band,
    valid_from,
    valid_to,
    valid_to is null as is_current
from versions
