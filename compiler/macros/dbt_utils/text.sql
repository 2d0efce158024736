{# Texts for logs and names. #}

{% macro pretty_time(format='%H:%M:%S') %}
    {{ return(adapter.dispatch('pretty_time', 'dbt_utils')(format)) }}
{% endmacro %}

{% macro default__pretty_time(format='%H:%M:%S') %}
    {{ return(modules.datetime.datetime.now().strftime(format)) }}
{% endmacro %}

{% macro pretty_log_format(message) %}
    {{ return(adapter.dispatch('pretty_log_format', 'dbt_utils')(message)) }}
{% endmacro %}

{% macro default__pretty_log_format(message) %}
    {{ return(dbt_utils.pretty_time() ~ ' + ' ~ message) }}
{% endmacro %}

{% macro log_info(message) %}
    {{ return(adapter.dispatch('log_info', 'dbt_utils')(message)) }}
{% endmacro %}

{% macro default__log_info(message) %}
    {{ log(dbt_utils.pretty_log_format(message), info=True) }}
{% endmacro %}

{# A text as a name: lower case, words joined by underscores, nothing else, no digit first. #}
{% macro slugify(string) %}
    {%- if not string -%} {{ return('') }} {%- endif -%}
    {%- set words = modules.re.sub('[ -]+', '_', string | lower) -%}
    {%- set name = modules.re.sub('[^a-z0-9_]+', '', words) -%}
    {{ return('_' ~ name if modules.re.match('[0-9]', name) else name) }}
{% endmacro %}
