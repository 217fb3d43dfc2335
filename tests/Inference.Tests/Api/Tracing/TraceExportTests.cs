using GemmaInference.Api.Tracing;

namespace Inference.Tests.Api.Tracing;

[TestFixture]
internal sealed class TraceExportTests
{
    [TestCase("", false, null)]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", true, null)]
    [TestCase("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://c", true, null)]
    [TestCase("OTEL_TRACES_EXPORTER=otlp", true, null)]
    [TestCase("OTEL_TRACES_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", false, null)]
    [TestCase("OTEL_SDK_DISABLED=True OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", false, null)]
    [TestCase("OTEL_TRACES_EXPORTER=zipkin", false, "OTEL_TRACES_EXPORTER")]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=c:4317", false, "OTEL_EXPORTER_OTLP_ENDPOINT")]
    public void Spans_are_sent_where_they_are_asked_for(string settings, bool isOn, string? problem)
    {
        var set = settings
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(one => one.Split('=', 2))
            .ToDictionary(one => one[0], one => one[1], StringComparer.Ordinal);
        var decided = TraceExport.Decide(name => set.GetValueOrDefault(name));
        Assert.That(decided.IsOn, Is.EqualTo(isOn));
        Assert.That(decided.Problem, problem is null ? Is.Null : Does.StartWith(problem));
    }
}
