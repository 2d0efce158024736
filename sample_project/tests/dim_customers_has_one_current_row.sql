-- Every customer of the shop has exactly one current row.
select
    customers.customer_id,
    count(dim.customer_sk) as current_rows
from (select distinct customer_id from {{ ref('stg_customers') }}) as customers
left join {{ ref('dim_customers') }} as dim
    on dim.customer_id = customers.customer_id and dim.is_current
group by customers.customer_id
having count(dim.customer_sk) <> 1
