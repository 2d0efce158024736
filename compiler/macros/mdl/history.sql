{# Generic tests that compare a relation with what it was in earlier runs, as mdl's run ledger tells. #}

{#
  Fails when the relation has fewer rows than min_ratio, or more than max_ratio, of the average over the days (or
  hours) before this one. The last measurement of each day counts; same_weekday leaves those of the weekday of today.
  With fewer than min_history of them there is nothing to compare with: the test passes, and says so.
#}
{% test row_count_vs_history(model, window='7d', min_ratio=0.8, max_ratio=none, same_weekday=false, min_history=3) %}
{%- if config.get('where') -%}
    {%- do exceptions.raise_compiler_error('row_count_vs_history counts all rows of a relation: remove its `where`') -%}
{%- endif -%}
{%- if execute -%}
    {%- set history = mdl._history(model, 'row_count', window, same_weekday) -%}
    {%- if history | length < min_history -%}
        {{ mdl._too_little(model, 'row_count', history | length, min_history, window) }}
    {%- else -%}
        {%- set average = history | sum / (history | length) -%}
        {%- set outside = [] -%}
        {%- if min_ratio is not none -%} {%- do outside.append('count(*) < ' ~ average * min_ratio) -%} {%- endif -%}
        {%- if max_ratio is not none -%} {%- do outside.append('count(*) > ' ~ average * max_ratio) -%} {%- endif -%}
select
    count(*) as row_count,
    {{ average | round(2) }} as average,
    round(count(*) / {{ [average, 1] | max }}, 3) as ratio,
    {{ history | length }} as measurements
from {{ model }}
having {{ outside | join(' or ') or 'false' }}
    {%- endif -%}
{%- endif -%}
{% endtest %}


{# The last values of a metric in each day or hour of a window before this one, oldest first. #}
{% macro _history(model, metric, window, same_weekday) %}
    {%- set unit, count = (window | string)[-1], (window | string)[:-1] | int(0) -%}
    {%- set hours = {'h': 1, 'd': 24, 'w': 168}.get(unit, 0) * count -%}
    {%- if hours <= 0 -%}
        {%- do exceptions.raise_compiler_error("'" ~ window ~ "' is no window: write 7d, 4w or 24h") -%}
    {%- endif -%}
    {%- set length = 13 if unit == 'h' else 10 -%}
    {%- set now = modules.datetime.datetime.utcnow() -%}
    {%- set today = (now | string)[:length] -%}
    {%- set since = ((now - modules.datetime.timedelta(hours=hours)) | string)[:length] -%}
    {%- set kept = adapter.get_relation(database=model.database, schema=target.schema, identifier='mdl_ledger_metrics') -%}
    {%- if kept is none -%} {{ return([]) }} {%- endif -%}
    {%- set query -%}
select cast(measured_at as {{ dbt.type_string() }}) as measured_at, metric_value
from {{ kept }}
where lower(schema_name) = lower('{{ model.schema }}') and lower(table_name) = lower('{{ model.identifier }}')
    and metric = '{{ metric | replace("'", "''") }}' and measured_at >= cast('{{ since }}{{ ':00:00' if unit == 'h' }}' as {{ dbt.type_timestamp() }})
order by 1
    {%- endset -%}
    {%- set last = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- set day = (row[0] | string)[:10] -%}
        {%- set at = (row[0] | string)[:length] -%}
        {%- set weekday = modules.datetime.datetime.strptime(day, '%Y-%m-%d').weekday() -%}
        {%- if at < today and at >= since and (not same_weekday or weekday == now.weekday()) -%}
            {%- do last.update({at: row[1] | float}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(last.values() | list) }}
{% endmacro %}


{# A test that passes, because there is too little to compare with. #}
{% macro _too_little(model, metric, found, wanted, window) -%}
    {%- set message = metric ~ ' of ' ~ model.identifier ~ ' has ' ~ found ~ ' of ' ~ wanted ~ ' measurements within ' ~ window ~ ': nothing to compare with yet' -%}
    {%- do log(message, info=true) -%}
-- {{ message }}
select 1 as nothing where 1 = 0
{%- endmacro %}
