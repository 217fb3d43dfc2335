using System.Net;
using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Events;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Clusters;

namespace Operator.Tests.Runtime.Events;

/// <summary>What becomes of events when the API server doesn't take them.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EventRecorderTests
{
    private static readonly KubeRequest Request = new("create", "events", "n", Name: null);

    private readonly FakeTimeProvider _time = new();
    private readonly EventApi _api = new();
    private readonly EventRecorder _recorder;

    public EventRecorderTests() =>
        _recorder = new EventRecorder(_api, "test/controller", "me", _time, NullLogger<EventRecorder>.Instance);

    [Test]
    public async Task An_outage_costs_no_event_and_a_lost_answer_makes_no_second_one()
    {
        var tries = 0;
        _api.Created = _ =>
            ++tries switch
            {
                1 => throw new KubeApiException("away", Request) { Reason = "Unreachable" },
                2 => throw new KubeApiException("busy", Request) { Code = HttpStatusCode.ServiceUnavailable },
                3 => throw new KubeApiException("there", Request)
                {
                    Code = HttpStatusCode.Conflict,
                    Reason = "AlreadyExists",
                },
                _ => Task.CompletedTask,
            };
        var run = _recorder.RunAsync(CancellationToken.None);
        Publish("a", "first");
        Publish("b", "second");
        _recorder.Complete();
        await UntilAsync(() => run.IsCompletedSuccessfully);

        Assert.That(_api.Names.Take(3).Distinct().Count(), Is.EqualTo(1), "one name, whatever the attempt");
        Assert.That(_api.Notes, Is.EqualTo(["first", "first", "first", "second"]));
    }

    [Test]
    public async Task An_event_that_is_refused_stops_no_other()
    {
        _api.Created = e =>
            e.Message == "bad"
                ? throw new KubeApiException("no", Request) { Code = HttpStatusCode.Forbidden }
                : Task.CompletedTask;
        Publish("a", "bad");
        Publish("a", "good");
        _recorder.Complete();
        await _recorder.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(_api.Notes, Is.EqualTo(["bad", "good"]));
    }

    [Test]
    public async Task An_event_that_no_attempt_can_write_does_not_block_the_others_for_ever()
    {
        _api.Created = e =>
            e.Message == "bad"
                ? throw new KubeApiException("broken", Request) { Code = HttpStatusCode.InternalServerError }
                : Task.CompletedTask;
        var run = _recorder.RunAsync(CancellationToken.None);
        var from = _time.GetUtcNow();
        Publish("a", "bad");
        Publish("a", "good");
        await UntilAsync(() => _api.Notes.Contains("good"));
        Assert.That(_time.GetUtcNow() - from, Is.LessThan(TimeSpan.FromMinutes(5)));
        Assert.That(_api.Notes.Count(n => n == "bad"), Is.LessThan(20), "not in a tight loop either");
        _recorder.Complete();
        await run;
    }

    [Test]
    public async Task Who_publishes_never_waits_even_when_nothing_can_be_written()
    {
        var gate = new TaskCompletionSource();
        _api.Created = _ => gate.Task;
        var run = _recorder.RunAsync(CancellationToken.None);
        for (var i = 0; i < 3 * EventRecorder.MostPending; i++)
        {
            Publish($"a{i}", $"{i}");
        }

        gate.SetResult();
        _recorder.Complete();
        await run.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(
            _api.Notes.Count,
            Is.InRange(EventRecorder.MostPending, EventRecorder.MostPending + 1),
            "the rest is lost, and logged"
        );
    }

    [Test]
    public async Task A_repeat_of_an_event_that_the_server_has_forgotten_is_written_anew()
    {
        _api.Patched = _ => throw new KubeApiException("gone", Request) { Code = HttpStatusCode.NotFound };
        Publish("a", "again");
        Publish("a", "again");
        _recorder.Complete();
        await _recorder.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(_api.Notes, Is.EqualTo(["again", "again"]));
    }

    [Test]
    public async Task The_longest_name_of_an_object_leaves_room_for_the_events_own()
    {
        Publish(new string('a', 219) + "." + new string('b', 33), "long");
        _recorder.Complete();
        await _recorder.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(_api.Names.Single(), Has.Length.LessThanOrEqualTo(253).And.Match("^[a-z0-9]+([.-][a-z0-9]+)*$"));
    }

    [Test]
    public async Task Events_of_one_moment_are_in_the_order_of_their_names()
    {
        for (var i = 0; i < 300; i++)
        {
            if (i % 7 == 0)
            {
                _time.Advance(TimeSpan.FromSeconds(30));
            }

            Publish("a", $"{i}");
        }

        _recorder.Complete();
        await _recorder.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(_api.Names, Is.Ordered.Using<string>(StringComparer.Ordinal).And.Unique);
    }

    [Test]
    public async Task A_repeat_is_counted_where_every_kubectl_looks()
    {
        JsonObject? patch = null;
        _api.Patched = sent =>
        {
            patch = sent;
            return Task.CompletedTask;
        };
        Publish("a", "again");
        _time.Advance(TimeSpan.FromSeconds(90));
        Publish("a", "again");
        _recorder.Complete();
        await _recorder.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        var made = _api.Made.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((made.Count, made.FirstTimestamp), Is.EqualTo((1, made.LastTimestamp)));
            Assert.That((int?)patch?["count"], Is.EqualTo(2));
            Assert.That(
                (string?)patch?["lastTimestamp"],
                Is.EqualTo((made.LastTimestamp!.Value + TimeSpan.FromSeconds(90)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"))
            );
        }
    }

    [Test]
    public async Task An_object_whose_state_flaps_has_its_share_of_events_and_others_have_theirs()
    {
        for (var i = 0; i < 500; i++)
        {
            Publish("a", $"{i}");
        }

        Publish("b", "mine");
        _time.Advance(TimeSpan.FromMinutes(1));
        Publish("a", "later");
        _recorder.Complete();
        await _recorder.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(_api.Notes, Has.Count.EqualTo(EventBudget.Burst + 2));
        Assert.That(_api.Notes.TakeLast(2), Is.EqualTo(["mine", "later"]));
    }

    [Test]
    public void Series_are_forgotten_before_they_fill_the_memory()
    {
        var book = new EventSeriesBook(_time);
        for (var i = 0; i < 10 * EventSeriesBook.Most; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            book.Open(Key($"a{i}"), new EventSeries("n", $"a{i}", _time.GetTimestamp()));
        }

        Assert.That(book.Count, Is.LessThanOrEqualTo(EventSeriesBook.Most));
        Assert.That(book.Find(Key($"a{(10 * EventSeriesBook.Most) - 1}")), Is.Not.Null, "the newest stay");

        static EventKey Key(string name) => new("u", "n", name, EventType.Normal, "Reason", "Action", "note");
    }

    private void Publish(string name, string note) =>
        _recorder.Publish(
            new V1ConfigMap
            {
                ApiVersion = "v1",
                Kind = "ConfigMap",
                Metadata = new V1ObjectMeta
                {
                    NamespaceProperty = "n",
                    Name = name,
                    Uid = name,
                },
            },
            EventType.Normal,
            "Reason",
            "Action",
            note
        );

    private Task UntilAsync(Func<bool> condition) =>
        Eventually.That(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return condition();
            },
            "the events are written"
        );

    private sealed class EventApi : ScriptedApi
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<Corev1Event> _asked = new();

        public Func<Corev1Event, Task> Created { get; set; } = _ => Task.CompletedTask;

        public Func<JsonObject, Task> Patched { get; set; } = _ => Task.CompletedTask;

        public IReadOnlyList<Corev1Event> Made => [.. _asked];

        public IEnumerable<string> Names => _asked.Select(e => e.Metadata.Name);

        public IReadOnlyList<string> Notes => [.. _asked.Select(e => e.Message)];

        public override async Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken)
        {
            var asked = (Corev1Event)(object)body;
            _asked.Enqueue(asked);
            await Created(asked);
            return body;
        }

        public override async Task<T> PatchAsync<T>(
            string? ns,
            string name,
            JsonObject mergePatch,
            string? subresource,
            CancellationToken cancellationToken
        )
        {
            await Patched(mergePatch);
            return (T)(object)new Corev1Event();
        }
    }
}
