select id from {{ ref('a') }} {{ mm(1) }}
