-- A key names one version, and a version has one key.
select customer_sk as duplicated, count(*) as occurrences
from {{ ref('dim_customers') }}
group by customer_sk
having count(*) > 1

union all

select cast(customer_id as varchar) || ' at ' || cast(valid_from as varchar), count(*)
from {{ ref('dim_customers') }}
group by customer_id, valid_from
having count(*) > 1
