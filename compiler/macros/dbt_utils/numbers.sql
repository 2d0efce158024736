{# Arithmetic that does not stop at nulls and zeros. #}

{% macro safe_add(field_list) -%}
    {{ return(adapter.dispatch('safe_add', 'dbt_utils')(field_list)) }}
{%- endmacro %}

{% macro default__safe_add(field_list) -%}
    {{ dbt_utils._without_nulls('safe_add', field_list, ' + ') }}
{%- endmacro %}

{% macro safe_subtract(field_list) -%}
    {{ return(adapter.dispatch('safe_subtract', 'dbt_utils')(field_list)) }}
{%- endmacro %}

{% macro default__safe_subtract(field_list) -%}
    {{ dbt_utils._without_nulls('safe_subtract', field_list, ' - ') }}
{%- endmacro %}

{% macro _without_nulls(macro, field_list, operator) -%}
    {%- if field_list is string or field_list is not iterable -%}
        {%- do exceptions.raise_compiler_error('dbt_utils.' ~ macro ~ " takes one list of fields, as in ['field_a', 'field_b'], not: " ~ field_list) -%}
    {%- endif -%}
    {%- for field in field_list -%}
        coalesce({{ field }}, 0){{ operator if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# A quotient that is null if the denominator is 0. #}
{% macro safe_divide(numerator, denominator) -%}
    {{ return(adapter.dispatch('safe_divide', 'dbt_utils')(numerator, denominator)) }}
{%- endmacro %}

{% macro default__safe_divide(numerator, denominator) %}
    ( {{ numerator }} ) / nullif( ( {{ denominator }} ), 0)
{% endmacro %}

{# Into which of num_buckets equal parts of a range a value falls: 0 below it, num_buckets + 1 from its end on. #}
{% macro width_bucket(expr, min_value, max_value, num_buckets) %}
    {{ return(adapter.dispatch('width_bucket', 'dbt_utils')(expr, min_value, max_value, num_buckets)) }}
{% endmacro %}

{% macro default__width_bucket(expr, min_value, max_value, num_buckets) -%}
    case
        when {{ expr }} < {{ min_value }} then 0
        when {{ expr }} >= {{ max_value }} then {{ num_buckets }} + 1
        else cast(floor(
            cast({{ expr }} - {{ min_value }} as {{ dbt.type_numeric() }}) * {{ num_buckets }}
            / cast({{ max_value }} - {{ min_value }} as {{ dbt.type_numeric() }})
        ) as {{ dbt.type_int() }}) + 1
    end
{%- endmacro %}

{# The distance of two points on the Earth along its surface, in miles or kilometres. #}
{% macro haversine_distance(lat1, lon1, lat2, lon2, unit='mi') -%}
    {{ return(adapter.dispatch('haversine_distance', 'dbt_utils')(lat1, lon1, lat2, lon2, unit)) }}
{%- endmacro %}

{% macro default__haversine_distance(lat1, lon1, lat2, lon2, unit='mi') -%}
    {%- if unit not in ['mi', 'km'] -%}
        {%- do exceptions.raise_compiler_error("dbt_utils.haversine_distance: the unit is 'mi' or 'km', not '" ~ unit ~ "'") -%}
    {%- endif -%}
    2 * 3961 * asin(sqrt(
        power(sin(radians(({{ lat2 }} - {{ lat1 }}) / 2)), 2)
        + cos(radians({{ lat1 }})) * cos(radians({{ lat2 }})) * power(sin(radians(({{ lon2 }} - {{ lon1 }}) / 2)), 2)
    )) {{- ' * 1.60934' if unit == 'km' }}
{%- endmacro %}

{% macro degrees_to_radians(degrees) -%}
    acos(-1) * {{ degrees }} / 180
{%- endmacro %}
