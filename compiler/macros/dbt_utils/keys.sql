{# Keys made of other columns. #}

{# A hash of the fields; a null is not the same as an empty text. #}
{% macro generate_surrogate_key(field_list) -%}
    {{ return(adapter.dispatch('generate_surrogate_key', 'dbt_utils')(field_list)) }}
{%- endmacro %}

{% macro default__generate_surrogate_key(field_list) -%}
    {%- set null_text = '' if var('surrogate_key_treat_nulls_as_empty_strings', false) else '_dbt_utils_surrogate_key_null_' -%}
    {%- set parts = [] -%}
    {%- for field in field_list -%}
        {%- if not loop.first -%} {%- do parts.append("'-'") -%} {%- endif -%}
        {%- do parts.append('coalesce(cast(' ~ field ~ ' as ' ~ dbt.type_string() ~ "), '" ~ null_text ~ "')") -%}
    {%- endfor -%}
    {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}

{# The name before version 1.0: it took nulls for empty texts, so no project should get it by accident. #}
{% macro surrogate_key(field_list) -%}
    {{ return(adapter.dispatch('surrogate_key', 'dbt_utils')(field_list)) }}
{%- endmacro %}

{% macro default__surrogate_key(field_list) -%}
    {%- do exceptions.raise_compiler_error(
        'dbt_utils.surrogate_key is now dbt_utils.generate_surrogate_key, which takes nulls and empty texts for different values. '
        ~ 'To keep the old keys, set the variable surrogate_key_treat_nulls_as_empty_strings.'
    ) -%}
{%- endmacro %}
