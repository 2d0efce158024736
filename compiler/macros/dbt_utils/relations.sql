{# Relations: finding them by name, and putting them together. #}

{# The relations whose schema and name are like the patterns of SQL's like, in any case. #}
{% macro get_relations_by_pattern(schema_pattern, table_pattern, exclude='', database=target.database) %}
    {{ return(adapter.dispatch('get_relations_by_pattern', 'dbt_utils')(schema_pattern, table_pattern, exclude, database)) }}
{% endmacro %}

{% macro default__get_relations_by_pattern(schema_pattern, table_pattern, exclude='', database=target.database) %}
    {%- set relations = [] -%}
    {%- for row in (run_query(dbt_utils.get_tables_by_pattern_sql(schema_pattern, table_pattern, exclude, database)) if execute else []) -%}
        {%- do relations.append(api.Relation.create(database=database, schema=row[0], identifier=row[1], type=row[2])) -%}
    {%- endfor -%}
    {{ return(relations) }}
{% endmacro %}

{% macro get_relations_by_prefix(schema, prefix, exclude='', database=target.database) %}
    {{ return(adapter.dispatch('get_relations_by_prefix', 'dbt_utils')(schema, prefix, exclude, database)) }}
{% endmacro %}

{% macro default__get_relations_by_prefix(schema, prefix, exclude='', database=target.database) %}
    {{ return(dbt_utils.get_relations_by_pattern(schema, prefix ~ '%', exclude, database)) }}
{% endmacro %}

{% macro get_tables_by_pattern_sql(schema_pattern, table_pattern, exclude='', database=target.database) %}
    {{ return(adapter.dispatch('get_tables_by_pattern_sql', 'dbt_utils')(schema_pattern, table_pattern, exclude, database)) }}
{% endmacro %}

{% macro default__get_tables_by_pattern_sql(schema_pattern, table_pattern, exclude='', database=target.database) %}
    {{ dbt_utils._tables_like(database ~ '.information_schema.tables', schema_pattern, table_pattern, exclude, database) }}
{% endmacro %}

{# DuckDB has one information schema for all its databases. #}
{% macro duckdb__get_tables_by_pattern_sql(schema_pattern, table_pattern, exclude='', database=target.database) %}
    {{ dbt_utils._tables_like('information_schema.tables', schema_pattern, table_pattern, exclude, database) }}
{% endmacro %}

{% macro _tables_like(tables, schema_pattern, table_pattern, exclude, database) %}
    select distinct
        table_schema as {{ adapter.quote('table_schema') }},
        table_name as {{ adapter.quote('table_name') }},
        {{ dbt_utils.get_table_types_sql() }}
    from {{ tables }}
    where lower(table_catalog) = lower('{{ database }}')
        and table_schema ilike '{{ schema_pattern }}'
        and table_name ilike '{{ table_pattern }}'
        and table_name not ilike '{{ exclude }}'
    order by 1, 2
{% endmacro %}

{% macro get_tables_by_prefix_sql(schema, prefix, exclude='', database=target.database) %}
    {{ return(adapter.dispatch('get_tables_by_prefix_sql', 'dbt_utils')(schema, prefix, exclude, database)) }}
{% endmacro %}

{% macro default__get_tables_by_prefix_sql(schema, prefix, exclude='', database=target.database) %}
    {{ dbt_utils.get_tables_by_pattern_sql(schema, prefix ~ '%', exclude, database) }}
{% endmacro %}

{# The column table_type, in dbt's words. #}
{% macro get_table_types_sql() -%}
    {{ return(adapter.dispatch('get_table_types_sql', 'dbt_utils')()) }}
{%- endmacro %}

{% macro default__get_table_types_sql() %}
    case table_type
        when 'BASE TABLE' then 'table'
        when 'LOCAL TEMPORARY' then 'table'
        when 'EXTERNAL TABLE' then 'external'
        when 'MATERIALIZED VIEW' then 'materializedview'
        else lower(table_type)
    end as {{ adapter.quote('table_type') }}
{% endmacro %}


{# All rows of some relations, each column under its name wherever it is, null where it is not. #}
{% macro union_relations(relations, column_override=none, include=[], exclude=[], source_column_name='_dbt_source_relation', where=none) -%}
    {{ return(adapter.dispatch('union_relations', 'dbt_utils')(relations, column_override, include, exclude, source_column_name, where)) }}
{%- endmacro %}

{% macro default__union_relations(relations, column_override=none, include=[], exclude=[], source_column_name='_dbt_source_relation', where=none) -%}
    {%- if include and exclude -%}
        {%- do exceptions.raise_compiler_error('dbt_utils.union_relations takes `include` or `exclude`, not both') -%}
    {%- endif -%}
    {%- if not execute -%} {{ return('') }} {%- endif -%}
    {%- set types = column_override or {} -%}
    {%- set wanted, unwanted = include | map('lower') | list, exclude | map('lower') | list -%}

    {%- set columns, present = {}, [] -%}
    {%- for relation in relations -%}
        {%- do dbt_utils._is_relation(relation, 'union_relations') -%}
        {%- do dbt_utils._is_ephemeral(relation, 'union_relations') -%}
        {%- set names = [] -%}
        {%- for column in adapter.get_columns_in_relation(relation)
              if column.column | lower not in unwanted and (not wanted or column.column | lower in wanted) -%}
            {%- set name, known = column.column, columns.get(column.column) -%}
            {%- do names.append(name) -%}
            {#- The type of the first relation counts, unless a text is longer elsewhere. -#}
            {%- if not known or (known.is_string() and column.is_string() and known.string_size() < column.string_size()) -%}
                {%- do columns.update({name: column}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do present.append(names) -%}
    {%- endfor -%}
    {%- if not columns -%}
        {%- do exceptions.raise_compiler_error('dbt_utils.union_relations: no columns are left of ' ~ relations | join(', ')) -%}
    {%- endif -%}

    {%- for relation in relations %}
        {%- set names, fields = present[loop.index0], [] -%}
        {%- if source_column_name is not none -%}
            {%- do fields.append('cast(' ~ dbt.string_literal(relation) ~ ' as ' ~ dbt.type_string() ~ ') as ' ~ source_column_name) -%}
        {%- endif -%}
        {%- for name, column in columns.items() -%}
            {%- set quoted, type = adapter.quote(name), types.get(name, column.data_type) -%}
            {%- do fields.append('cast(' ~ (quoted if name in names else 'null') ~ ' as ' ~ type ~ ') as ' ~ quoted) -%}
        {%- endfor %}
        (
            select
                {{ fields | join(',\n                ') }}
            from {{ relation }}
            {{ 'where ' ~ where if where }}
        )
        {{ 'union all' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{# One row of each group of duplicates: the first in the order given. #}
{% macro deduplicate(relation, partition_by, order_by) -%}
    {{ return(adapter.dispatch('deduplicate', 'dbt_utils')(relation, partition_by, order_by)) }}
{%- endmacro %}

{% macro default__deduplicate(relation, partition_by, order_by) -%}
    select *
    from {{ relation }}
    qualify row_number() over (partition by {{ partition_by }} order by {{ order_by }}) = 1
{%- endmacro %}

{# PostgreSQL has no qualify. #}
{% macro postgres__deduplicate(relation, partition_by, order_by) -%}
    select distinct on ({{ partition_by }}) *
    from {{ relation }}
    order by {{ partition_by }}{{ ', ' ~ order_by if order_by }}
{%- endmacro %}
