with source as (

    select * from {{ ref('customers') }}

),

cleaned as (

    select
        customer_id,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        lower({{ clean_text('email') }}) as email,
        {{ clean_text('city') }} as city,
        upper({{ clean_text('country') }}) as country_code,
        coalesce({{ clean_text('status') }}, 'unknown') as status,
        created_at,
        updated_at,
        loaded_at
    from source

)

select
    customer_id,
    upper(left(first_name, 1)) || lower(substr(first_name, 2)) as first_name,
    -- O'Brien keeps its second capital; only names shouted in full are lowered.
    case
        when last_name = upper(last_name) then upper(left(last_name, 1)) || lower(substr(last_name, 2))
        else last_name
    end as last_name,
    email,
    city,
    country_code,
    status,
    created_at,
    updated_at
from cleaned
-- The loader may deliver a version more than once: the last delivery counts.
qualify row_number() over (partition by customer_id, updated_at order by loaded_at desc) = 1
