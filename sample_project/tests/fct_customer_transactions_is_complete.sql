-- The fact table has every order, with the amounts of its items.
with expected as (

    select orders.order_id, coalesce(sum(items.net_amount), 0) as net_amount
    from {{ ref('stg_orders') }} as orders
    left join {{ ref('stg_order_items') }} as items on items.order_id = orders.order_id
    group by orders.order_id

)

select expected.order_id, expected.net_amount, fct.net_amount as found
from expected
left join {{ ref('fct_customer_transactions') }} as fct on fct.order_id = expected.order_id
where fct.net_amount is distinct from expected.net_amount
