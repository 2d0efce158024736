{# Parts of a URL. #}

{# The value of a parameter, null if it is not there. #}
{% macro get_url_parameter(field, url_parameter) -%}
    {{ return(adapter.dispatch('get_url_parameter', 'dbt_utils')(field, url_parameter)) }}
{%- endmacro %}

{% macro default__get_url_parameter(field, url_parameter) -%}
    {%- set rest = dbt.split_part(field, "'" ~ url_parameter ~ "='", 2) -%}
    nullif({{ dbt.split_part(rest, "'&'", 1) | trim }}, '')
{%- endmacro %}

{% macro get_url_host(field) -%}
    {{ return(adapter.dispatch('get_url_host', 'dbt_utils')(field)) }}
{%- endmacro %}

{% macro default__get_url_host(field) -%}
    {%- set path = dbt.split_part(dbt_utils._without(field, ['http://', 'https://', 'android-app://']), "'/'", 1) -%}
    {{ dbt.safe_cast(dbt.split_part(path, "'?'", 1), dbt.type_string()) }}
{%- endmacro %}

{# What is between the host and the parameters, without the slash before it. #}
{% macro get_url_path(field) -%}
    {{ return(adapter.dispatch('get_url_path', 'dbt_utils')(field)) }}
{%- endmacro %}

{% macro default__get_url_path(field) -%}
    {%- set url = dbt_utils._without(field, ['http://', 'https://']) -%}
    {%- set slash, mark = dbt.position("'/'", url) | trim, dbt.position("'?'", url) | trim -%}
    {%- set path = dbt.right(url, dbt.length(url) | trim ~ ' - coalesce(nullif(' ~ slash ~ ', 0), ' ~ mark ~ ' - 1)') -%}
    {{ dbt.safe_cast(dbt.split_part(path, "'?'", 1), dbt.type_string()) }}
{%- endmacro %}

{% macro _without(field, texts) -%}
    {%- set url = namespace(sql=field) -%}
    {%- for text in texts -%}
        {%- set url.sql = dbt.replace(url.sql, "'" ~ text ~ "'", "''") | trim -%}
    {%- endfor -%}
    {{ url.sql }}
{%- endmacro %}
