select * from {{ ref('c') }} where id is null
