{# Generic tests that compare a relation with what it was in earlier runs, as mdl's run ledger tells. #}

{#
  Fails when the relation has fewer rows than min_ratio, or more than max_ratio, of the average over the days (or
  hours) before this one. The last measurement of each day counts; same_weekday leaves those of the weekday of today.
  With fewer than min_history of them there is nothing to compare with: the test passes, and says so.
#}
{% test row_count_vs_history(model, window='7d', min_ratio=0.8, max_ratio=none, same_weekday=false, min_history=3) %}
{%- do mdl._whole_relation('row_count_vs_history') -%}
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


{#
  Fails when a metric of a column is further from its average over the days (or hours) before this one than
  sensitivity standard deviations, and than min_change of the average. metric: null_rate, zero_rate, empty_rate,
  distinct_count, min, max, average or sum. direction: both, up or down. A value that failed is part of the history of later
  days: what stays is the new normal.
#}
{% test column_anomaly(model, column_name, metric='null_rate', window='30d', sensitivity=3, min_change=0.05, direction='both', same_weekday=false, min_history=7) %}
{%- do mdl._whole_relation('column_anomaly') -%}
{%- do mdl._not_negative('sensitivity', sensitivity) -%} {%- do mdl._not_negative('min_change', min_change) -%}
{%- if direction not in ['both', 'up', 'down'] -%}
    {%- do exceptions.raise_compiler_error("direction of column_anomaly cannot be '" ~ direction ~ "': write both, up or down") -%}
{%- endif -%}
{%- if execute -%}
    {%- set name = metric ~ '(' ~ column_name ~ ')' -%}
    {%- set history = mdl._history(model, name, window, same_weekday) -%}
    {%- if history | length < min_history -%}
        {{ mdl._too_little(model, name, history | length, min_history, window) }}
    {%- else -%}
        {%- set average = history | sum / (history | length) -%}
        {%- set squares = [] -%}
        {%- for x in history -%} {%- do squares.append((x - average) ** 2) -%} {%- endfor -%}
        {%- set deviation = (squares | sum / (history | length)) ** 0.5 -%}
        {%- set reach = [sensitivity * deviation, min_change * (average | abs)] | max -%}
        {%- set outside = [] -%}
        {%- if direction != 'up' -%} {%- do outside.append('value < ' ~ (average - reach)) -%} {%- endif -%}
        {%- if direction != 'down' -%} {%- do outside.append('value > ' ~ (average + reach)) -%} {%- endif -%}
select
    '{{ name | replace("'", "''") }}' as metric,
    value,
    {{ average | round(6) }} as average,
    {{ (average - reach) | round(6) }} as lowest,
    {{ (average + reach) | round(6) }} as highest,
    {{ history | length }} as measurements
from (select {{ mdl._metric_sql(metric, column_name) }} as value from {{ model }}) as measured
where {{ outside | join(' or ') }}
    {%- endif -%}
{%- endif -%}
{% endtest %}


{#
  Fails when the latest value of a time column is older than max_ratio times what it was on average after the builds of the
  days (or hours) before this one, and by more than grace. Times without a zone are taken for UTC.
#}
{% test freshness_vs_history(model, column_name, window='30d', max_ratio=2, grace='1h', min_history=5) %}
{%- do mdl._whole_relation('freshness_vs_history') -%}
{%- do mdl._not_negative('max_ratio', max_ratio) -%}
{%- if execute -%}
    {%- set name = 'lag(' ~ column_name ~ ')' -%}
    {%- set history = mdl._history(model, name, window, false) -%}
    {%- if history | length < min_history -%}
        {{ mdl._too_little(model, name, history | length, min_history, window) }}
    {%- else -%}
        {%- set average = history | sum / (history | length) -%}
        {%- set most = [average * max_ratio, average + 3600 * mdl._hours(grace)] | max -%}
        {%- set now = "cast('" ~ (modules.datetime.datetime.utcnow() | string)[:19] ~ "' as " ~ dbt.type_timestamp() ~ ')' -%}
select
    latest,
    seconds_late,
    {{ average | round(0) | int }} as usually,
    {{ most | round(0) | int }} as at_most,
    {{ history | length }} as measurements
from (
    select latest, {{ dbt.datediff('latest', now, 'second') }} as seconds_late
    from (select cast(max({{ column_name }}) as {{ dbt.type_timestamp() }}) as latest from {{ model }}) as newest
) as measured
where seconds_late > {{ most }}
    {%- endif -%}
{%- endif -%}
{% endtest %}


{# The aggregate that measures a metric; the run ledger asks the same. #}
{% macro _metric_sql(metric, column) -%}
    {%- set rate = {'null_rate': ' is null', 'zero_rate': ' = 0', 'empty_rate': " = ''"} -%}
    {%- if metric in rate -%} avg(case when {{ column }}{{ rate[metric] }} then 1.0 else 0.0 end)
    {%- elif metric == 'distinct_count' -%} count(distinct {{ column }})
    {%- else -%} {{ {'average': 'avg'}.get(metric, metric) }}({{ column }})
    {%- endif -%}
{%- endmacro %}


{# The history is that of the whole relation. #}
{% macro _whole_relation(test) -%}
    {%- if config.get('where') -%}
        {%- do exceptions.raise_compiler_error(test ~ ' measures all rows of a relation: remove its `where`') -%}
    {%- endif -%}
{%- endmacro %}

{% macro _not_negative(name, number) -%}
    {%- if number is not number or number < 0 -%}
        {%- do exceptions.raise_compiler_error(name ~ ' cannot be ' ~ number ~ ': write a number of 0 or more') -%}
    {%- endif -%}
{%- endmacro %}

{# A span such as 7d, 4w or 24h in hours. #}
{% macro _hours(span) %}
    {%- set unit, count = (span | string)[-1], (span | string)[:-1] | int(0) -%}
    {%- set hours = {'h': 1, 'd': 24, 'w': 168}.get(unit, 0) * count -%}
    {%- if hours <= 0 -%}
        {%- do exceptions.raise_compiler_error("'" ~ span ~ "' is no window: write 7d, 4w or 24h") -%}
    {%- endif -%}
    {{ return(hours) }}
{% endmacro %}


{# The last values of a metric in each day or hour of a window before this one, oldest first. #}
{% macro _history(model, metric, window, same_weekday) %}
    {%- set hours = mdl._hours(window) -%}
    {%- set length = 13 if (window | string)[-1] == 'h' else 10 -%}
    {%- set now = modules.datetime.datetime.utcnow() -%}
    {%- set today = (now | string)[:length] -%}
    {%- set since = ((now - modules.datetime.timedelta(hours=hours)) | string)[:length] -%}
    {%- set kept = adapter.get_relation(database=model.database, schema=target.schema, identifier='mdl_ledger_metrics') -%}
    {%- if kept is none -%} {{ return([]) }} {%- endif -%}
    {%- set query -%}
select cast(measured_at as {{ dbt.type_string() }}) as measured_at, metric_value
from {{ kept }}
where lower(schema_name) = lower('{{ model.schema }}') and lower(table_name) = lower('{{ model.identifier }}')
    and metric = '{{ metric | replace("'", "''") }}' and measured_at >= cast('{{ since }}{{ ':00:00' if length == 13 }}' as {{ dbt.type_timestamp() }})
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
