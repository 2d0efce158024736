{{ config(materialized='table') }}

select
    customer,
    count(*) as orders,
    sum(amount) as amount,
    min(ordered_on) as first_order
from {{ ref('orders') }}
group by customer
