{# The shop overwrites an order when its status changes; this keeps every state that was seen. #}
{% snapshot orders_history %}

{{
    config(
        unique_key='order_id',
        strategy='timestamp',
        updated_at='updated_at'
    )
}}

select order_id, customer_id, status, updated_at
from {{ ref('stg_orders') }}

{% endsnapshot %}
