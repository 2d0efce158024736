{# Keeping the history of a query. For the snapshot strategies of projects; mdl's own are not macros. #}

{# The strategy of that name: of the project, or of a package if the name has a dot. #}
{% macro strategy_dispatch(name) -%}
    {%- set package, _, strategy = name.rpartition('.') -%}
    {%- if package and package not in context -%}
        {{ exceptions.raise_compiler_error("there is no package '" ~ package ~ "' for the snapshot strategy '" ~ name ~ "'") }}
    {%- endif -%}
    {%- set macros = context[package] if package else context -%}
    {%- set macro_name = 'snapshot_' ~ strategy ~ '_strategy' -%}
    {%- if macro_name not in macros -%}
        {{ exceptions.raise_compiler_error("there is no macro '" ~ macro_name ~ "' for the snapshot strategy '" ~ name ~ "'") }}
    {%- endif -%}
    {{ return(macros[macro_name]) }}
{%- endmacro %}

{% macro snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
    {%- set columns = _snapshot_columns() -%}
    {%- set updated_at = config.get('updated_at') -%}
    {{ return(_snapshot_strategy(
        updated_at,
        '(' ~ snapshotted_rel ~ '.' ~ columns.dbt_valid_from ~ ' < ' ~ current_rel ~ '.' ~ updated_at ~ ')'
    )) }}
{% endmacro %}

{% macro snapshot_check_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
    {%- set added, check_cols = snapshot_check_all_get_existing_columns(node, target_exists, config.get('check_cols')) -%}
    {%- set differences = [] -%}
    {%- for column in check_cols -%}
        {%- do differences.append(snapshotted_rel ~ '.' ~ column ~ ' is distinct from ' ~ current_rel ~ '.' ~ column) -%}
    {%- endfor -%}
    {{ return(_snapshot_strategy(
        config.get('updated_at') or snapshot_get_time(),
        '(' ~ (get_true_sql() if added else differences | join(' or ') or 'false') ~ ')'
    )) }}
{% endmacro %}

{# What a strategy tells the snapshot: its key, its time, when a row has changed, and the id of a version. #}
{% macro _snapshot_strategy(updated_at, row_changed) %}
    {%- set unique_key = config.get('unique_key') -%}
    {%- set hard_deletes = adapter.get_hard_deletes_behavior(config) -%}
    {{ return({
        'unique_key': unique_key,
        'updated_at': updated_at,
        'row_changed': row_changed,
        'scd_id': snapshot_hash_arguments(api.Relation.scd_args(unique_key, updated_at)),
        'invalidate_hard_deletes': hard_deletes == 'invalidate',
        'hard_deletes': hard_deletes
    }) }}
{% endmacro %}

{# (whether the query has a column that the snapshot has not, the columns to compare). #}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) -%}
    {%- if not target_exists -%} {{ return((false, [])) }} {%- endif -%}
    {%- set sql = node['compiled_code'] -%}
    {%- if check_cols_config is iterable and check_cols_config is not string and check_cols_config -%}
        {%- set sql = 'select ' ~ check_cols_config | join(', ') ~ ' from (\n' ~ sql ~ '\n) subq' -%}
    {%- elif check_cols_config != 'all' -%}
        {%- do exceptions.raise_compiler_error("check_cols must be 'all' or a list of columns, not " ~ check_cols_config) -%}
    {%- endif -%}
    {%- set existing = adapter.get_columns_in_relation(
        adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias)
    ) | map(attribute='name') | list -%}
    {%- set known, added = [], [] -%}
    {%- for column in get_columns_in_query(sql) -%}
        {%- do (known if column in existing else added).append(adapter.quote(column)) -%}
    {%- endfor -%}
    {{ return((added | length > 0, known)) }}
{%- endmacro %}


{# The id of one version of a row. #}
{% macro snapshot_hash_arguments(args) -%}
    {{ adapter.dispatch('snapshot_hash_arguments', 'dbt')(args) }}
{%- endmacro %}

{% macro default__snapshot_hash_arguments(args) -%}
    md5({%- for arg in args -%}
        coalesce(cast({{ arg }} as varchar ), '')
        {{ " || '|' || " if not loop.last }}
    {%- endfor -%})
{%- endmacro %}

{% macro snapshot_get_time() -%}
    {{ adapter.dispatch('snapshot_get_time', 'dbt')() }}
{%- endmacro %}

{% macro default__snapshot_get_time() -%} {{ current_timestamp() }} {%- endmacro %}

{% macro duckdb__snapshot_get_time() -%} {{ current_timestamp() }}::timestamp {%- endmacro %}

{% macro postgres__snapshot_get_time() -%} {{ current_timestamp() }}::timestamp without time zone {%- endmacro %}

{% macro get_snapshot_get_time_data_type() %}
    {%- set columns = get_column_schema_from_query('select ' ~ snapshot_get_time() ~ ' as dbt_snapshot_time') -%}
    {{ return(columns[0].dtype or none) }}
{% endmacro %}

{% macro snapshot_string_as_time(timestamp) -%}
    {{ adapter.dispatch('snapshot_string_as_time', 'dbt')(timestamp) }}
{%- endmacro %}

{% macro default__snapshot_string_as_time(timestamp) -%}
    {%- do exceptions.raise_not_implemented('snapshot_string_as_time is not implemented for ' ~ adapter.type()) -%}
{%- endmacro %}

{% macro duckdb__snapshot_string_as_time(timestamp) -%}
    {{ return("'" ~ timestamp ~ "'::timestamp") }}
{%- endmacro %}

{% macro postgres__snapshot_string_as_time(timestamp) -%}
    {{ return("'" ~ timestamp ~ "'::timestamp without time zone") }}
{%- endmacro %}

{% macro get_true_sql() %}
  {{ adapter.dispatch('get_true_sql', 'dbt')() }}
{% endmacro %}

{% macro default__get_true_sql() %}
    {{ return('TRUE') }}
{% endmacro %}


{# What the columns that a snapshot adds are called. #}
{% macro get_snapshot_table_column_names() %}
    {{ return({
        'dbt_valid_to': 'dbt_valid_to',
        'dbt_valid_from': 'dbt_valid_from',
        'dbt_scd_id': 'dbt_scd_id',
        'dbt_updated_at': 'dbt_updated_at',
        'dbt_is_deleted': 'dbt_is_deleted'
    }) }}
{% endmacro %}

{% macro _snapshot_columns() %}
    {{ return(config.get('snapshot_table_column_names') or get_snapshot_table_column_names()) }}
{% endmacro %}

{# The end of a version that holds: null, or what the project wants there. #}
{% macro get_dbt_valid_to_current(strategy, columns) %}
    coalesce(nullif({{ strategy.updated_at }}, {{ strategy.updated_at }}), {{ config.get('dbt_valid_to_current') or 'null' }}) as {{ columns.dbt_valid_to }}
{% endmacro %}

{% macro unique_key_fields(unique_key) %}
    {%- if unique_key is string %} {{ unique_key }} as dbt_unique_key
    {%- else -%}
        {%- for key in unique_key %} {{ key }} as dbt_unique_key_{{ loop.index }}{{ ',' if not loop.last }} {%- endfor -%}
    {%- endif %}
{% endmacro %}

{% macro unique_key_join_on(unique_key, identifier, from_identifier) %}
    {%- if unique_key is string %} {{ identifier }}.dbt_unique_key = {{ from_identifier }}.dbt_unique_key
    {%- else -%}
        {%- for _ in unique_key %} {{ equals(identifier ~ '.dbt_unique_key_' ~ loop.index, from_identifier ~ '.dbt_unique_key_' ~ loop.index) }}
            {{- ' and' if not loop.last }}
        {%- endfor -%}
    {%- endif %}
{% endmacro %}

{% macro unique_key_is_null(unique_key, identifier) %}
    {{ identifier }}.dbt_unique_key{{ '_1' if unique_key is not string }} is null
{% endmacro %}

{% macro unique_key_is_not_null(unique_key, identifier) %}
    {{ identifier }}.dbt_unique_key{{ '_1' if unique_key is not string }} is not null
{% endmacro %}


{# The query of a snapshot that is built for the first time. #}
{% macro build_snapshot_table(strategy, sql) -%}
    {{ adapter.dispatch('build_snapshot_table', 'dbt')(strategy, sql) }}
{%- endmacro %}

{% macro default__build_snapshot_table(strategy, sql) %}
    {%- set columns = _snapshot_columns() %}
    select
        *,
        {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
        {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
        {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
        {{ get_dbt_valid_to_current(strategy, columns) }}
        {%- if strategy.hard_deletes == 'new_record' %}, 'False' as {{ columns.dbt_is_deleted }} {%- endif %}
    from (
        {{ sql }}
    ) as snapshot_query
{% endmacro %}

{# The query of all that has changed: rows to insert, versions to end, and rows that are gone. #}
{% macro snapshot_staging_table(strategy, source_sql, target_relation) -%}
    {{ adapter.dispatch('snapshot_staging_table', 'dbt')(strategy, source_sql, target_relation) }}
{%- endmacro %}

{% macro default__snapshot_staging_table(strategy, source_sql, target_relation) -%}
    {%- set columns = _snapshot_columns() -%}
    {%- set key, now = strategy.unique_key, snapshot_get_time() -%}
    {%- set ends, marks = strategy.hard_deletes in ['invalidate', 'new_record'], strategy.hard_deletes == 'new_record' -%}
    {%- set deleted = 'snapshotted_data.' ~ columns.dbt_is_deleted ~ " = 'True'" -%}
    {%- set changed = strategy.row_changed ~ (' or ' ~ deleted if marks else '') -%}
    {%- set joined = unique_key_join_on(key, 'snapshotted_data', 'source_data') -%}
    with snapshot_query as (
        {{ source_sql }}
    ),
    snapshotted_data as (
        select *, {{ unique_key_fields(key) }}
        from {{ target_relation }}
        where {{ _is_current(columns.dbt_valid_to) }}
    ),
    source_rows as (
        select *, {{ unique_key_fields(key) }}, {{ strategy.updated_at }} as {{ columns.dbt_updated_at }}, {{ strategy.updated_at }} as {{ columns.dbt_valid_from }}
        from snapshot_query
    ),
    insertions as (
        select 'insert' as dbt_change_type, source_data.*
            {%- if marks %}, 'False' as {{ columns.dbt_is_deleted }} {%- endif %}
        from (
            select *, {{ get_dbt_valid_to_current(strategy, columns) }}, {{ strategy.scd_id }} as {{ columns.dbt_scd_id }}
            from source_rows
        ) as source_data
        left join snapshotted_data on {{ joined }}
        where {{ unique_key_is_null(key, 'snapshotted_data') }} or {{ changed }}
    ),
    updates as (
        select 'update' as dbt_change_type, source_data.*, snapshotted_data.{{ columns.dbt_scd_id }}
            {%- if marks %}, snapshotted_data.{{ columns.dbt_is_deleted }} {%- endif %}
        from (select *, {{ strategy.updated_at }} as {{ columns.dbt_valid_to }} from source_rows) as source_data
        join snapshotted_data on {{ joined }}
        where {{ changed }}
    )
    {%- if ends %},
    gone as (
        select snapshotted_data.*
        from snapshotted_data
        left join source_rows as source_data on {{ joined }}
        where {{ unique_key_is_null(key, 'source_data') }} {%- if marks %} and not ({{ deleted }}) {%- endif %}
    ),
    deletes as (
        select 'delete' as dbt_change_type, nothing.*, {{ now }} as {{ columns.dbt_updated_at }}, {{ now }} as {{ columns.dbt_valid_from }},
            {{ now }} as {{ columns.dbt_valid_to }}, snapshotted_data.{{ columns.dbt_scd_id }}
            {%- if marks %}, snapshotted_data.{{ columns.dbt_is_deleted }} {%- endif %}
        from gone as snapshotted_data
        left join (select *, {{ unique_key_fields(key) }} from snapshot_query where false) as nothing on true
    )
    {%- endif %}
    {%- if marks %},
    {%- set known = get_list_of_column_names(get_columns_in_relation(target_relation)) %}
    deletion_records as (
        select
            'insert' as dbt_change_type,
            {%- for name in get_columns_in_query(source_sql) %}
            {{ 'snapshotted_data.' ~ adapter.quote(name) if name in known else 'null as ' ~ adapter.quote(name) }},
            {%- endfor %}
            {%- for name in (['dbt_unique_key'] if key is string else key) %}
            snapshotted_data.dbt_unique_key{{ '_' ~ loop.index if key is not string }},
            {%- endfor %}
            {{ now }} as {{ columns.dbt_updated_at }},
            {{ now }} as {{ columns.dbt_valid_from }},
            snapshotted_data.{{ columns.dbt_valid_to }},
            {{ snapshot_hash_arguments([columns.dbt_scd_id, now]) }} as {{ columns.dbt_scd_id }},
            'True' as {{ columns.dbt_is_deleted }}
        from gone as snapshotted_data
    )
    {%- endif %}
    select * from insertions
    union all
    select * from updates
    {%- if ends %}
    union all
    select * from deletes
    {%- endif %}
    {%- if marks %}
    union all
    select * from deletion_records
    {%- endif %}
{%- endmacro %}

{# Whether a version still holds. #}
{% macro _is_current(valid_to) -%}
    {%- set current = config.get('dbt_valid_to_current') -%}
    ({{ equals(valid_to, current | trim) ~ ' or ' if current }}{{ valid_to }} is null)
{%- endmacro %}

{% macro build_snapshot_staging_table(strategy, sql, target_relation) %}
    {%- set staging = make_temp_relation(target_relation) -%}
    {%- set select = snapshot_staging_table(strategy, sql, target_relation) -%}
    {%- call statement('build_snapshot_staging_relation') -%} {{ create_table_as(true, staging, select) }} {%- endcall -%}
    {{ return(staging) }}
{% endmacro %}

{% macro post_snapshot(staging_relation) %}
    {{ adapter.dispatch('post_snapshot', 'dbt')(staging_relation) }}
{% endmacro %}

{% macro default__post_snapshot(staging_relation) %}
{% endmacro %}

{% macro duckdb__post_snapshot(temporary_relation) %}
    {{ return(drop_relation(temporary_relation)) }}
{% endmacro %}

{# Ends the versions that have changed and inserts the new ones. #}
{% macro snapshot_merge_sql(target, source, insert_cols) -%}
    {{ adapter.dispatch('snapshot_merge_sql', 'dbt')(target, source, insert_cols) }}
{%- endmacro %}

{% macro default__snapshot_merge_sql(target, source, insert_cols) -%}
    {%- set columns = _snapshot_columns() %}
    merge into {{ target }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    on DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }} = DBT_INTERNAL_DEST.{{ columns.dbt_scd_id }}
    when matched
        and {{ _is_current('DBT_INTERNAL_DEST.' ~ columns.dbt_valid_to) }}
        and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
        then update set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
    when not matched and DBT_INTERNAL_SOURCE.dbt_change_type = 'insert'
        then insert ({{ insert_cols | join(', ') }}) values ({{ insert_cols | join(', ') }})
{%- endmacro %}

{# In two statements, as DuckDB and PostgreSQL before 15 need it. #}
{% macro duckdb__snapshot_merge_sql(target, source, insert_cols) -%}
    {%- set columns = _snapshot_columns() %}
    update {{ target }} as DBT_INTERNAL_TARGET
    set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
    from {{ source }} as DBT_INTERNAL_SOURCE
    where DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }} = DBT_INTERNAL_TARGET.{{ columns.dbt_scd_id }}
        and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
        and {{ _is_current('DBT_INTERNAL_TARGET.' ~ columns.dbt_valid_to) }};

    insert into {{ target }} ({{ insert_cols | join(', ') }})
    select {{ insert_cols | join(', ') }}
    from {{ source }}
    where dbt_change_type = 'insert'
{%- endmacro %}

{% macro postgres__snapshot_merge_sql(target, source, insert_cols) -%}
    {{ duckdb__snapshot_merge_sql(target, source, insert_cols) }}
{%- endmacro %}


{% macro get_updated_at_column_data_type(snapshot_sql) %}
    {%- for column in get_column_schema_from_query(snapshot_sql) if column.column | lower == 'dbt_updated_at' -%}
        {{ return(column.dtype) }}
    {%- endfor -%}
    {{ return(none) }}
{% endmacro %}

{# Warns if versions would be stamped with times of two different types. #}
{% macro check_time_data_types(sql) %}
    {%- set column, now = get_updated_at_column_data_type(sql), get_snapshot_get_time_data_type() -%}
    {%- if column and now and column != now -%}
        {%- do exceptions.warn_snapshot_timestamp_data_types(now, column) -%}
    {%- endif -%}
{% endmacro %}
