using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Cluster;

/// <summary>Kind: at night the log says what the operator did, also when its events are gone.</summary>
internal sealed class EventPublisherTests
{
    private static readonly EventText Built = new(IsWarning: false, "Completed", "Build", "pushed sha256:1");

    private readonly FakeTimeProvider _time = new();
    private readonly Lines _lines = new();
    private readonly List<string> _events = [];
    private EventPublisher _publisher = null!;

    [SetUp]
    public void Start()
    {
        _lines.Written.Clear();
        _events.Clear();
        _publisher = new EventPublisher(new Recorder(_events), _lines, _time);
    }

    [Test]
    public void Each_event_is_a_line_with_its_fields()
    {
        _publisher.Announce(A.Build(1), Built);
        var (level, id, line, fields) = _lines.Written.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(level, Is.EqualTo(LogLevel.Information));
            Assert.That(id, Is.EqualTo(740));
            Assert.That(line, Does.EndWith("ml/gemma-b1: Build Completed: pushed sha256:1"));
            Assert.That(fields.Keys, Has.None.Contains("@"), "what no query would look for");
            Assert.That(fields["Namespace"], Is.EqualTo("ml"));
            Assert.That(fields["Name"], Is.EqualTo("gemma-b1"));
            Assert.That(fields["Reason"], Is.EqualTo("Completed"));
            Assert.That(fields["Action"], Is.EqualTo("Build"));
            Assert.That(fields["Note"], Is.EqualTo("pushed sha256:1"));
        }
    }

    [Test]
    public void What_somebody_may_have_to_mend_is_a_warning()
    {
        _publisher.Announce(A.Build(1), Built with { IsWarning = true });
        Assert.That(_lines.Written.Single().Level, Is.EqualTo(LogLevel.Warning));
    }

    [Test]
    public void The_same_again_is_an_event_and_a_line_only_once_an_hour()
    {
        Announce(3);
        Assert.That((_events.Count, _lines.Written.Count), Is.EqualTo((3, 1)));
        _time.Advance(TimeSpan.FromMinutes(61));
        Announce(1);
        Assert.That((_events.Count, _lines.Written.Count), Is.EqualTo((4, 2)));
    }

    [Test]
    public void What_says_something_else_is_a_line_at_once()
    {
        Announce(1);
        _publisher.Announce(A.Build(1), Built with { Note = "pushed sha256:2" });
        _publisher.Announce(A.Build(2), Built);
        Assert.That(_lines.Written, Has.Count.EqualTo(3));
    }

    private void Announce(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _publisher.Announce(A.Build(1), [Built]);
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
        ) => events.Add(note);
    }

    private sealed class Lines : ILogger<EventPublisher>
    {
        public List<(
            LogLevel Level,
            int Id,
            string Line,
            IReadOnlyDictionary<string, object?> Fields
        )> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) =>
            Written.Add(
                (
                    logLevel,
                    eventId.Id,
                    formatter(state, exception),
                    ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(
                        p => p.Key,
                        p => p.Value,
                        StringComparer.Ordinal
                    )
                )
            );
    }
}
