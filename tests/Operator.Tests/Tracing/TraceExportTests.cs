using System.Collections.Concurrent;
using System.Text;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds;
using GemmaOperator.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Operator.Tests.Tracing;

/// <summary>When spans are sent, and that they arrive.</summary>
internal sealed class TraceExportTests
{
    [TestCase(null, null, false)]
    [TestCase("", "", false)]
    [TestCase("http://collector:4317", null, true)]
    [TestCase("http://collector:4317", "otlp", true)]
    [TestCase(null, "otlp", true)]
    [TestCase("http://collector:4317", "none", false)]
    public void Spans_are_sent_when_somebody_asks_for_it(string? endpoint, string? exporter, bool isOn) =>
        Assert.That(TraceExport.Decide(Settings(endpoint, exporter)), Is.EqualTo((isOn, (string?)null)));

    [TestCase("collector:4317", null)]
    [TestCase("ftp://collector", "otlp")]
    [TestCase("http://collector:4317", "zipkin")]
    public void What_can_t_be_had_is_told_and_stops_nothing(string endpoint, string? exporter)
    {
        var (isOn, problem) = TraceExport.Decide(Settings(endpoint, exporter));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(isOn, Is.False);
            Assert.That(problem, Does.Contain("no spans are sent"));
            Assert.That(TraceExport.Start(Settings(endpoint, exporter)).Traces, Is.Null);
        }
    }

    [TestCase("OTEL_EXPORTER_OTLP_HEADERS", "a-key-without-a-name")]
    public void What_the_exporter_can_t_use_is_told_without_its_value_and_stops_nothing(string name, string value)
    {
        var (traces, problem) = TraceExport.Start(Settings("http://collector:4317", null, (name, value)));
        using (traces)
        using (Assert.EnterMultipleScope())
        {
            Assert.That(traces, Is.Null);
            Assert.That(problem, Does.Contain("no spans are sent").And.Not.Contain(value));
        }
    }

    [Test]
    public void The_switch_of_the_specification_turns_it_off() =>
        Assert.That(
            TraceExport.Decide(Settings("http://collector:4317", null, ("OTEL_SDK_DISABLED", "true"))).IsOn,
            Is.False
        );

    [Test]
    public async Task A_build_s_spans_arrive_at_a_collector()
    {
        var bodies = new ConcurrentQueue<byte[]>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            bodies.Enqueue([.. Encoding.UTF8.GetBytes($"{context.Request.Path}\n"), .. body.ToArray()]);
        });
        await collector.StartAsync();
        var build = Build();
        using (
            TraceExport
                .Start(Settings(collector.Urls.First(), null, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
                .Traces
        )
        {
            BuildTrace.Ended(build, build.Status!);
        }

        var sent = bodies.Select(b => Encoding.Latin1.GetString(b)).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sent, Is.Not.Empty);
            Assert.That(sent, Is.All.StartWith("/v1/traces\n"));
            foreach (var name in new[] { "gemma-operator", "build gemma", "queue", "verify" })
            {
                Assert.That(string.Concat(sent), Does.Contain(name));
            }

            var id = Convert.FromHexString(BuildTrace.IdOf(build.Metadata.Uid)!.Value.ToHexString());
            Assert.That(string.Concat(sent), Does.Contain(Encoding.Latin1.GetString(id)), "the trace's id");
        }
    }

    internal static GemmaBuild Build()
    {
        var build = A.Build(1).Succeeded();
        build.Metadata.Uid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        var start = build.Metadata.CreationTimestamp!.Value.AddMinutes(2);
        return build with
        {
            Status = build.Status! with
            {
                StartTime = start,
                Steps =
                [
                    Step("Build", start, 300, "Succeeded"),
                    Step("Verify", start.AddMinutes(5), 60, "Succeeded"),
                    Step("Promote", start.AddMinutes(6), 3, "Succeeded"),
                ],
            },
        };
    }

    private static BuildStepStatus Step(string name, DateTime start, long seconds, string result) =>
        new()
        {
            Name = name,
            StartTime = start,
            DurationSeconds = seconds,
            Result = result,
        };

    private static IConfiguration Settings(
        string? endpoint,
        string? exporter,
        params (string Key, string Value)[] more
    ) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint,
                    ["OTEL_TRACES_EXPORTER"] = exporter,
                }.Concat(more.Select(m => KeyValuePair.Create(m.Key, (string?)m.Value)))
            )
            .Build();
}
