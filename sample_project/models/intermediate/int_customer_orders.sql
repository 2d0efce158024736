{% set categories = ['kitchen', 'garden', 'office', 'outdoor'] %}

with customers as (

    select * from {{ ref('stg_customers') }}

),

-- Money counts when the customer kept the goods.
order_totals as (

    select
        customer_id,
        count(distinct order_id) as total_orders,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at,
        {%- for category in categories %}
        sum(case when category = '{{ category }}' then net_amount else 0 end) as {{ category }}_amount,
        {%- endfor %}
        sum(net_amount) as lifetime_amount,
        sum(margin_amount) as lifetime_margin
    from {{ ref('int_order_items_enriched') }}
    where order_status not in ('returned', 'cancelled')
    group by customer_id

)

select
    customers.customer_id,
    customers.first_name,
    customers.last_name,
    customers.email,
    customers.city,
    customers.country_code,
    customers.status,
    customers.created_at,
    customers.updated_at,
    coalesce(order_totals.total_orders, 0) as total_orders,
    order_totals.first_ordered_at,
    order_totals.last_ordered_at,
    {%- for category in categories %}
    coalesce(order_totals.{{ category }}_amount, 0) as {{ category }}_amount,
    {%- endfor %}
    coalesce(order_totals.lifetime_amount, 0) as lifetime_amount,
    coalesce(order_totals.lifetime_margin, 0) as lifetime_margin
from customers
left join order_totals on order_totals.customer_id = customers.customer_id
