-- No two versions of a customer hold at the same time, and none ends before it begins.
with versions as (

    select
        customer_sk,
        customer_id,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as timestamp)) as valid_to
    from {{ ref('dim_customers') }}

)

select a.customer_sk, b.customer_sk as other_customer_sk
from versions as a
inner join versions as b
    on b.customer_id = a.customer_id
    and b.customer_sk <> a.customer_sk
    and b.valid_from < a.valid_to
    and b.valid_to > a.valid_from

union all

select customer_sk, null as other_customer_sk
from versions
where valid_from >= valid_to
