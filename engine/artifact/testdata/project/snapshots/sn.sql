{% snapshot sn %}
{{ config(target_schema='snap', strategy='check', unique_key='id', check_cols='all') }}
select * from {{ ref('a') }}
{% endsnapshot %}
