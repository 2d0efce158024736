select 1 as id from {{ ref('vv', v=1) }}
