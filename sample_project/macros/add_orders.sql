{#
    What a day of business does to the raw tables: `orders` new orders of one item each, by the first customers.
    The seeds take it back: `mdl seed --select orders order_items`.

        mdl run-operation add_orders --args '{orders: 5}'
#}
{% macro add_orders(orders=5) %}
    {% set last = run_query("select max(order_id), max(updated_at) from " ~ ref('orders')).rows[0] %}
    {% set last_item = run_query("select max(order_item_id) from " ~ ref('order_items')).rows[0][0] %}

    {% do run_query("
        insert into " ~ ref('orders') ~ " (order_id, customer_id, ordered_at, status, channel, updated_at)
        select " ~ last[0] ~ " + n, n, t, 'placed', 'web', t
        from (
            select n, cast('" ~ last[1] ~ "' as timestamp) + n * interval 1 minute as t
            from range(1, " ~ (orders + 1) ~ ") as numbers(n)
        ) as new_orders
    ") %}
    {% do run_query("
        insert into " ~ ref('order_items') ~ " (order_item_id, order_id, product_id, quantity, unit_price, discount_amount)
        select " ~ last_item ~ " + n, " ~ last[0] ~ " + n, product_id, 1, list_price, 0
        from range(1, " ~ (orders + 1) ~ ") as numbers(n)
        join " ~ ref('products') ~ " on product_id = n
    ") %}
    {% do log("added " ~ orders ~ " orders after order " ~ last[0], info=true) %}
{% endmacro %}
