{{ config(materialized='ephemeral', tags='x', foo='bar', pre_hook='select 1') }} select * from {{ ref('a') }}
