using GemmaOperator.Registry.Client;

namespace Operator.Tests.Registry;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SharedQuestionsTests
{
    private readonly SharedQuestions<string, int> _questions = new(most: 4);
    private int _asked;

    [Test]
    public async Task An_answer_that_is_good_enough_serves_all()
    {
        await AskAsync("a");
        Assert.That(await AskAsync("a"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_answer_that_is_not_is_asked_for_anew()
    {
        await AskAsync("a");
        Assert.That(await AskAsync("a", isGood: false), Is.EqualTo(2));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_question_that_broke_is_asked_anew(bool wasCanceled)
    {
        var broken = wasCanceled
            ? Task.FromCanceled<int>(new CancellationToken(canceled: true))
            : Task.FromException<int>(new IOException());
        Assert.That(
            () => _questions.AskAsync("a", () => broken, _ => true, CancellationToken.None),
            wasCanceled ? Throws.InstanceOf<OperationCanceledException>() : Throws.TypeOf<IOException>()
        );
        Assert.That(await AskAsync("a"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_wait_that_is_given_up_ends_no_question()
    {
        var answer = new TaskCompletionSource<int>();
        using var patience = new CancellationTokenSource();
        var first = _questions.AskAsync("a", () => answer.Task, _ => true, patience.Token);
        await patience.CancelAsync();
        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
        answer.SetResult(7);
        Assert.That(await AskAsync("a"), Is.EqualTo(7));
    }

    [Test]
    public async Task No_more_answers_are_kept_than_there_is_room_for()
    {
        for (var i = 0; i < 20; i++)
        {
            await AskAsync($"q{i}");
        }

        Assert.That(_questions.Count, Is.AtMost(4));
    }

    private Task<int> AskAsync(string key, bool isGood = true) =>
        _questions.AskAsync(key, () => Task.FromResult(++_asked), _ => isGood, CancellationToken.None);
}
