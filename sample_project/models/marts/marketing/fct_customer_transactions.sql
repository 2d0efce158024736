{{
    config(
        materialized='incremental',
        unique_key='order_id',
        incremental_strategy='delete+insert'
    )
}}

-- Orders and items come from the staging views, not from the intermediate tables:
-- a run of the marts alone sees the orders that have arrived since.
with orders as (

    select orders.*
    from {{ ref('stg_orders') }} as orders
    {% if is_incremental() %}
    left join {{ this }} as known on known.order_id = orders.order_id
    where known.order_id is null or orders.updated_at > known.updated_at
    {% endif %}

),

items as (

    select
        order_id,
        count(*) as item_count,
        sum(quantity) as quantity,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(net_amount) as net_amount
    from {{ ref('stg_order_items') }}
    group by order_id

),

-- The version of the customer that held when the order was placed.
customers as (

    select customer_sk, customer_id, valid_from, valid_to
    from {{ ref('dim_customers') }}

)

select
    orders.order_id,
    orders.customer_id,
    customers.customer_sk,
    orders.ordered_at,
    orders.order_date,
    orders.channel,
    orders.status,
    cast(coalesce(items.item_count, 0) as integer) as item_count,
    cast(coalesce(items.quantity, 0) as integer) as quantity,
    coalesce(items.gross_amount, 0) as gross_amount,
    coalesce(items.discount_amount, 0) as discount_amount,
    coalesce(items.net_amount, 0) as net_amount,
    orders.updated_at
from orders
left join items on items.order_id = orders.order_id
left join customers
    on customers.customer_id = orders.customer_id
    and orders.ordered_at >= customers.valid_from
    and (orders.ordered_at < customers.valid_to or customers.valid_to is null)
