{# Adding the rows of one relation to another. For the materializations and strategies of projects; mdl's own are not macros. #}

{% macro get_incremental_default_sql(arg_dict) %}
    {{ return(adapter.dispatch('get_incremental_default_sql', 'dbt')(arg_dict)) }}
{% endmacro %}

{% macro default__get_incremental_default_sql(arg_dict) %}
    {{ return(get_incremental_append_sql(arg_dict)) }}
{% endmacro %}

{% macro duckdb__get_incremental_default_sql(arg_dict) %}
    {{ return(get_incremental_delete_insert_sql(arg_dict)) }}
{% endmacro %}

{% macro postgres__get_incremental_default_sql(arg_dict) %}
    {{ return(get_incremental_delete_insert_sql(arg_dict) if arg_dict['unique_key'] else get_incremental_append_sql(arg_dict)) }}
{% endmacro %}


{% macro get_incremental_append_sql(arg_dict) %}
    {{ return(adapter.dispatch('get_incremental_append_sql', 'dbt')(arg_dict)) }}
{% endmacro %}

{% macro default__get_incremental_append_sql(arg_dict) %}
    {{ return(get_insert_into_sql(arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['dest_columns'])) }}
{% endmacro %}

{% macro get_insert_into_sql(target_relation, temp_relation, dest_columns) %}
    {%- set columns = get_quoted_csv(dest_columns | map(attribute='name')) %}
    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }} from {{ temp_relation }}
{% endmacro %}


{% macro get_incremental_delete_insert_sql(arg_dict) %}
    {{ return(adapter.dispatch('get_incremental_delete_insert_sql', 'dbt')(arg_dict)) }}
{% endmacro %}

{% macro default__get_incremental_delete_insert_sql(arg_dict) %}
    {{ return(get_delete_insert_merge_sql(
        arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['unique_key'], arg_dict['dest_columns'], arg_dict['incremental_predicates']
    )) }}
{% endmacro %}

{# Deletes the rows whose keys come again, then inserts; without a key it only inserts. #}
{% macro get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
    {{ adapter.dispatch('get_delete_insert_merge_sql', 'dbt')(target, source, unique_key, dest_columns, incremental_predicates) }}
{%- endmacro %}

{% macro default__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
    {%- if unique_key %}
    {%- set keys = unique_key if unique_key is string else unique_key | join(', ') %}
    delete from {{ target }}
    where ({{ keys }}) in (select {{ keys }} from {{ source }})
    {%- for predicate in _as_list(incremental_predicates) %}
        and {{ predicate }}
    {%- endfor %};
    {%- endif %}
    {{ get_insert_into_sql(target, source, dest_columns) }}
{%- endmacro %}


{% macro get_incremental_merge_sql(arg_dict) %}
    {{ return(adapter.dispatch('get_incremental_merge_sql', 'dbt')(arg_dict)) }}
{% endmacro %}

{% macro default__get_incremental_merge_sql(arg_dict) %}
    {{ return(get_merge_sql(
        arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['unique_key'], arg_dict['dest_columns'], arg_dict['incremental_predicates']
    )) }}
{% endmacro %}

{# Updates the rows whose keys come again and inserts the others; without a key it only inserts. #}
{% macro get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
    {%- set predicates = kwargs.get('predicates', incremental_predicates) -%}
    {{ adapter.dispatch('get_merge_sql', 'dbt')(target, source, unique_key, dest_columns, predicates) }}
{%- endmacro %}

{% macro default__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
    {%- set conditions = _as_list(incremental_predicates) -%}
    {%- for key in _as_list(unique_key) -%}
        {%- do conditions.append(get_merge_unique_key_match('DBT_INTERNAL_SOURCE.' ~ key, 'DBT_INTERNAL_DEST.' ~ key)) -%}
    {%- endfor -%}
    {%- set using = _as_list(config.get('merge_on_using_columns')) -%}
    {%- if not unique_key and not using -%} {%- do conditions.append('false') -%} {%- endif -%}
    {%- if config.get('merge_clauses') -%}
        {{ exceptions.raise_compiler_error('merge_clauses of ' ~ model.name ~ ' cannot be followed where a macro of the merge is overridden') }}
    {%- endif -%}
    {%- set expressions = config.get('merge_update_set_expressions') or {} -%}
    {%- set changes = [] -%}
    {%- for column, expression in expressions.items() -%} {%- do changes.append(column ~ ' = ' ~ expression) -%} {%- endfor -%}
    {%- for column in get_merge_update_columns(config.get('merge_update_columns'), config.get('merge_exclude_columns'), dest_columns)
          if column | replace('"', '') not in expressions -%}
        {%- do changes.append(column ~ ' = DBT_INTERNAL_SOURCE.' ~ column) -%}
    {%- endfor -%}
    {%- set update_if, insert_if = config.get('merge_update_condition'), config.get('merge_insert_condition') -%}
    {%- set columns, values = [], [] -%}
    {%- for column in dest_columns -%}
        {%- do columns.append(adapter.quote(column.name)) -%}
        {%- do values.append('DBT_INTERNAL_SOURCE.' ~ adapter.quote(column.name)) -%}
    {%- endfor -%}

    {{ config.get('sql_header') or '' }}
    merge into {{ target }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    {{ 'using (' ~ using | join(', ') ~ ')' if using else 'on (' ~ conditions | join(') and (') ~ ')' }}
    {%- if unique_key or using %}
    when matched{{ ' and ' ~ update_if if update_if }} then update set {{ changes | join(', ') }}
    {%- endif %}
    when not matched{{ ' and ' ~ insert_if if insert_if }} then insert ({{ columns | join(', ') }}) values ({{ values | join(', ') }})
{%- endmacro %}

{% macro get_merge_unique_key_match(source_unique_key, target_unique_key) %}
    {{ return(adapter.dispatch('get_merge_unique_key_match', 'dbt')(source_unique_key, target_unique_key)) }}
{% endmacro %}

{% macro default__get_merge_unique_key_match(source_unique_key, target_unique_key) -%}
    {{ return(equals(source_unique_key, target_unique_key) | trim) }}
{%- endmacro %}

{# The columns that a merge updates: those asked for, or all but those excluded. #}
{% macro get_merge_update_columns(merge_update_columns, merge_exclude_columns, dest_columns) %}
    {{ return(adapter.dispatch('get_merge_update_columns', 'dbt')(merge_update_columns, merge_exclude_columns, dest_columns)) }}
{% endmacro %}

{% macro default__get_merge_update_columns(merge_update_columns, merge_exclude_columns, dest_columns) %}
    {%- if merge_update_columns and merge_exclude_columns -%}
        {{ exceptions.raise_compiler_error('a model cannot have both merge_update_columns and merge_exclude_columns') }}
    {%- elif merge_update_columns -%}
        {{ return(merge_update_columns) }}
    {%- endif -%}
    {%- set excluded = (merge_exclude_columns or []) | map('lower') | list -%}
    {%- set columns = [] -%}
    {%- for column in dest_columns if column.column | lower not in excluded -%}
        {%- do columns.append(column.quoted) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}


{% macro get_incremental_insert_overwrite_sql(arg_dict) %}
    {{ return(adapter.dispatch('get_incremental_insert_overwrite_sql', 'dbt')(arg_dict)) }}
{% endmacro %}

{% macro default__get_incremental_insert_overwrite_sql(arg_dict) %}
    {{ return(get_insert_overwrite_merge_sql(
        arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['dest_columns'], arg_dict['incremental_predicates']
    )) }}
{% endmacro %}

{# Deletes what the predicates name and inserts, in one statement. #}
{% macro get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header=false) -%}
    {{ adapter.dispatch('get_insert_overwrite_merge_sql', 'dbt')(target, source, dest_columns, predicates, include_sql_header) }}
{%- endmacro %}

{% macro default__get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header) -%}
    {%- set columns = get_quoted_csv(dest_columns | map(attribute='name')) -%}
    {{ config.get('sql_header') or '' if include_sql_header }}
    merge into {{ target }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    on false
    when not matched by source {{ 'and ' ~ predicates | join(' and ') if predicates }} then delete
    when not matched then insert ({{ columns }}) values ({{ columns }})
{%- endmacro %}


{% macro get_incremental_microbatch_sql(arg_dict) %}
    {{ return(adapter.dispatch('get_incremental_microbatch_sql', 'dbt')(arg_dict)) }}
{% endmacro %}

{% macro default__get_incremental_microbatch_sql(arg_dict) %}
    {{ exceptions.raise_not_implemented('the microbatch strategy is not implemented for ' ~ adapter.type()) }}
{% endmacro %}

{# Deletes the hours of the batch and inserts them again. #}
{% macro duckdb__get_incremental_microbatch_sql(arg_dict) -%}
    {%- set time, batch = config.get('event_time'), model.batch -%}
    {%- if not time -%}
        {{ exceptions.raise_compiler_error("microbatch: the model has no `event_time` config") }}
    {%- elif config.get('unique_key') -%}
        {{ exceptions.raise_compiler_error("microbatch: rows are replaced by their time, so a `unique_key` has no meaning; remove it or use `merge`") }}
    {%- elif not (batch and batch.event_time_start and batch.event_time_end) -%}
        {{ exceptions.raise_compiler_error('microbatch: the batch has no start and end') }}
    {%- endif -%}
    {%- set within = time ~ " >= '" ~ batch.event_time_start ~ "' and " ~ time ~ " < '" ~ batch.event_time_end ~ "'" -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    {%- set conditions = [within] + _as_list(arg_dict.get('incremental_predicates')) -%}
    delete from {{ arg_dict['target_relation'] }} where ({{ conditions | join(') and (') }});
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }} where {{ within }}
{%- endmacro %}


{# A new list: of nothing, of one text, or of the list that was given. #}
{% macro _as_list(value) %}
    {{ return([] if not value else [value] if value is string else value | list) }}
{% endmacro %}


{# What to do when the columns of an incremental model have changed. #}
{% macro incremental_validate_on_schema_change(on_schema_change, default='ignore') %}
    {{ return(on_schema_change if on_schema_change in ['sync_all_columns', 'append_new_columns', 'fail', 'ignore'] else default) }}
{% endmacro %}

{# Brings the target's columns into line; gives the columns to insert, or nothing if changes are ignored. #}
{% macro process_schema_changes(on_schema_change, source_relation, target_relation) %}
    {{ return(adapter.dispatch('process_schema_changes', 'dbt')(on_schema_change, source_relation, target_relation)) }}
{% endmacro %}

{% macro default__process_schema_changes(on_schema_change, source_relation, target_relation) %}
    {%- if on_schema_change == 'ignore' -%} {{ return({}) }} {%- endif -%}
    {%- set changes = check_for_schema_changes(source_relation, target_relation) -%}
    {%- if changes['schema_changed'] and on_schema_change == 'fail' -%}
        {%- do exceptions.raise_compiler_error(
            'The source and target schemas on this incremental model are out of sync! Set on_schema_change to append_new_columns or sync_all_columns, '
            ~ 'or run with --full-refresh. New columns: ' ~ changes['source_not_in_target'] ~ ', columns that are gone: ' ~ changes['target_not_in_source']
            ~ ', new types: ' ~ changes['new_target_types']
        ) -%}
    {%- elif changes['schema_changed'] -%}
        {%- do sync_column_schemas(on_schema_change, target_relation, changes) -%}
    {%- endif -%}
    {{ return(changes['source_columns']) }}
{% endmacro %}

{% macro check_for_schema_changes(source_relation, target_relation) %}
    {{ return(adapter.dispatch('check_for_schema_changes', 'dbt')(source_relation, target_relation)) }}
{% endmacro %}

{% macro default__check_for_schema_changes(source_relation, target_relation) %}
    {%- set source, target = adapter.get_columns_in_relation(source_relation), adapter.get_columns_in_relation(target_relation) -%}
    {%- set new, gone, types = diff_columns(source, target), diff_columns(target, source), diff_column_data_types(source, target) -%}
    {{ return({
        'schema_changed': (new or gone or types) | length > 0,
        'source_not_in_target': new,
        'target_not_in_source': gone,
        'source_columns': source,
        'target_columns': target,
        'new_target_types': types
    }) }}
{% endmacro %}

{# The first list's columns whose names the second does not have. #}
{% macro diff_columns(source_columns, target_columns) %}
    {%- set names = target_columns | map(attribute='column') | list -%}
    {{ return(source_columns | rejectattr('name', 'in', names) | list) }}
{% endmacro %}

{% macro diff_column_data_types(source_columns, target_columns) %}
    {{ return(adapter.dispatch('diff_column_data_types', 'dbt')(source_columns, target_columns)) }}
{% endmacro %}

{% macro default__diff_column_data_types(source_columns, target_columns) %}
    {%- set changed = [] -%}
    {%- for source in source_columns -%}
        {%- for target in target_columns if target.name == source.name
              and source.expanded_data_type != target.expanded_data_type and not source.can_expand_to(other_column=target) -%}
            {%- do changed.append({'column_name': target.name, 'new_type': source.expanded_data_type}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(changed) }}
{% endmacro %}

{% macro sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) %}
    {{ return(adapter.dispatch('sync_column_schemas', 'dbt')(on_schema_change, target_relation, schema_changes_dict)) }}
{% endmacro %}

{% macro default__sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) %}
    {%- set all = on_schema_change == 'sync_all_columns' -%}
    {%- set new, gone = schema_changes_dict['source_not_in_target'], schema_changes_dict['target_not_in_source'] if all else [] -%}
    {%- if new or gone -%} {%- do alter_relation_add_remove_columns(target_relation, new, gone) -%} {%- endif -%}
    {%- for change in schema_changes_dict['new_target_types'] if all -%}
        {%- do alter_column_type(target_relation, change['column_name'], change['new_type']) -%}
    {%- endfor -%}
{% endmacro %}
