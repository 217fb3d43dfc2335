using GemmaOperator.Runtime.Client;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Runtime.Client;

/// <summary>Outages end by themselves: the first answer of the API server ends the pauses of all watches.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AnswerSignalTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void The_first_answer_after_an_outage_is_told_to_all_who_wait()
    {
        var signal = new AnswerSignal(null, _time);
        Send(signal, 200);
        var (one, other) = (signal.Next, signal.Next);
        Send(signal, null);
        _time.Advance(TimeSpan.FromSeconds(40));
        Send(signal, null);
        Assert.That(one.IsCompleted, Is.False, "nobody has answered");
        Send(signal, 200);
        Assert.That((one.IsCompleted, other.IsCompleted, signal.Next.IsCompleted), Is.EqualTo((true, true, false)));
    }

    [Test]
    public void One_watch_that_breaks_while_others_are_answered_is_no_outage()
    {
        var signal = new AnswerSignal(null, _time);
        var next = signal.Next;
        for (var i = 0; i < 100; i++)
        {
            Send(signal, 200);
            _time.Advance(TimeSpan.FromSeconds(1));
            Send(signal, null);
        }

        Assert.That(next.IsCompleted, Is.False, "it would be tried again a hundred times");
    }

    [Test]
    public void A_server_that_answers_with_errors_alone_is_away()
    {
        var signal = new AnswerSignal(null, _time);
        var next = signal.Next;
        _time.Advance(AnswerSignal.OutageAfter);
        Send(signal, 503);
        Assert.That(next.IsCompleted, Is.False);
        Send(signal, 410);
        Assert.That(next.IsCompleted, "also a refusal is an answer");
    }

    private static void Send(AnswerSignal signal, int? code) =>
        signal.Sent("list", "GET", new Uri("https://api.example"), code, TimeSpan.Zero);
}
