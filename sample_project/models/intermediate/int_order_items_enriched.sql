with items as (

    select * from {{ ref('stg_order_items') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

products as (

    select * from {{ ref('stg_products') }}

)

select
    items.order_item_id,
    items.order_id,
    orders.customer_id,
    orders.ordered_at,
    orders.status as order_status,
    items.product_id,
    products.product_name,
    products.category,
    items.quantity,
    items.gross_amount,
    items.discount_amount,
    items.net_amount,
    items.net_amount - items.quantity * products.unit_cost as margin_amount
from items
inner join orders on orders.order_id = items.order_id
inner join products on products.product_id = items.product_id
