using System.Net;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Tests.Runtime;

namespace Operator.Tests.Cluster.Faults;

/// <summary>A reconcile that threw is told at its object, once, without undoing what it wrote.</summary>
internal sealed class FaultReportTests
{
    private readonly List<string> _events = [];
    private readonly Lines _log = new();

    [SetUp]
    public void Forget()
    {
        _events.Clear();
        _log.Written.Clear();
    }

    [Test]
    public async Task It_leaves_a_condition_an_event_and_a_line_with_the_same_id_and_says_it_once()
    {
        var live = A.Build(1).Saying("Building");
        var api = new OneBuild { Live = live with { Status = live.Status! with { Attempts = 3 } } };
        var report = Report(api);
        await report.TellAsync(live, Thrown(), CancellationToken.None);
        var stalled = api.Live.Status!.Conditions.Single();
        var id = Fault.Of(Thrown())!.Id!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((stalled.Type, stalled.Reason), Is.EqualTo(("Stalled", "InternalError")));
            Assert.That(stalled.Message, Does.Contain($"id {id}").And.Contain("FormatException: boom"));
            Assert.That(api.Live.Status.Attempts, Is.EqualTo(3), "what the reconcile wrote before it threw stays");
            Assert.That(_events.Single(), Does.StartWith("InternalError").And.Contain(id));
            Assert.That(_log.Written.Single(), Does.Contain(id).And.Contain(nameof(Thrown)), "with the place");
        }

        await report.TellAsync(live, Thrown(), CancellationToken.None);
        Assert.That((api.Writes, _events.Count), Is.EqualTo((1, 1)), "the same again is no news");
    }

    [Test]
    public async Task Receivers_hear_of_a_reason_once_however_often_its_words_change()
    {
        var api = new OneImage { Live = Notifications.Given.Image(Notifications.Given.Receiver()) };
        foreach (var words in new[] { "one", "another", "a third" })
        {
            await Report(api).TellAsync(api.Live, new FormatException(words), CancellationToken.None);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(api.Live.Status!.Conditions.Single().Message, Does.Contain("a third"));
            Assert.That(
                api.Live.Status.Notifications!.Pending!.Select(p => (p.Event.Text, p.Reason)),
                Is.EqualTo(new[] { ("Stalled", "InternalError") })
            );
        }
    }

    [Test]
    public async Task The_next_step_that_is_carried_out_takes_it_back()
    {
        var api = new OneBuild { Live = A.Build(1) };
        await Report(api).TellAsync(api.Live, Thrown(), CancellationToken.None);
        var s = Builds.Given.Snapshot(api.Live);
        var report = Builds.Given.After(
            new GemmaOperator.Builds.Steps.Jobs.AwaitJob(
                GemmaOperator.Builds.Steps.Kaniko.KanikoStep.Instance,
                "j",
                "it runs",
                null
            ),
            s
        );
        Assert.That(report.Status.Conditions.Select(c => c.Type), Does.Not.Contain("Stalled"));
    }

    [Test]
    public async Task A_status_that_is_refused_is_told_by_an_event_and_the_log_alone()
    {
        var api = new OneBuild { Live = A.Build(1) };
        await Report(api).TellAsync(api.Live, Refused("gemmabuilds.gemmaoperator.io/status"), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(api.Writes, Is.Zero);
            Assert.That(_events.Single(), Does.StartWith("ObjectRefused").And.Contain("read-only"));
            Assert.That(_log.Written.Single(), Does.Contain("read-only"));
        }
    }

    [Test]
    public async Task What_is_refused_while_facts_are_gathered_is_told_as_a_refusal()
    {
        var api = new OneBuild { Live = A.Build(1) };
        await Report(api).TellAsync(api.Live, Refused("secrets"), CancellationToken.None);
        Assert.That(api.Live.Status!.Conditions.Single().Reason, Is.EqualTo("ObjectRefused"));
    }

    [Test]
    public void A_newer_version_and_a_server_that_is_away_say_nothing_of_the_object()
    {
        var request = new KubeRequest("patch", "jobs.batch", "ml", "x");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fault.Of(new KubeApiException("later", request)), Is.Null);
            Assert.That(Fault.Of(new KubeApiException("no", request) { Code = HttpStatusCode.Conflict }), Is.Null);
            Assert.That(Fault.Of(new OperationCanceledException())!.Message, Does.Contain("it took too long"));
        }
    }

    private static KubeApiException Refused(string resource) =>
        new("read-only", new KubeRequest("patch", resource, "ml", "x")) { Code = HttpStatusCode.Forbidden };

    private static FormatException Thrown()
    {
        try
        {
            throw new FormatException("boom\nforged");
        }
        catch (FormatException e)
        {
            return e;
        }
    }

    private FaultReport Report(IKubeApi api) =>
        new(
            api,
            new StatusWriter(api),
            new EventPublisher(new Recorder(_events), NullLogger<EventPublisher>.Instance, TimeProvider.System),
            TimeProvider.System,
            LoggerFactory.Create(l => l.AddProvider(_log)).CreateLogger<FaultReport>()
        );

    private sealed class OneBuild : ScriptedApi
    {
        public required GemmaBuild Live { get; set; }

        public int Writes { get; private set; }

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class => Task.FromResult((T?)(object)Live);

        public override Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        {
            Writes++;
            Live = Live with { Status = ((GemmaBuild)(object)body).Status };
            return Task.FromResult(body);
        }
    }

    private sealed class OneImage : ScriptedApi
    {
        public required GemmaBaseImage Live { get; set; }

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class => Task.FromResult((T?)(object)Live);

        public override Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        {
            Live = Live with { Status = ((GemmaBaseImage)(object)body).Status };
            return Task.FromResult(body);
        }
    }

    private sealed class Recorder(List<string> events) : IEventRecorder
    {
        public void Publish(
            IKubernetesObject<V1ObjectMeta> regarding,
            EventType type,
            string reason,
            string action,
            string note
        ) => events.Add($"{reason} {note}");
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Written.Add($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
