-- A version ends in the moment the next one begins, and only the last one does not end.
with versions as (

    select
        customer_id,
        valid_to,
        is_current,
        lead(valid_from) over (partition by customer_id order by valid_from) as next_valid_from
    from {{ ref('dim_customers') }}

)

select *
from versions
where valid_to is distinct from next_valid_from
   or is_current is distinct from (next_valid_from is null)
