using GemmaOperator.Dashboard.Access;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Dashboard;

/// <summary>Answers are good for ten seconds, each for the one it was given to.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RememberedReviewsTests
{
    private static readonly AskedAccess Asked = new("list", "", "pods", "a");

    [Test]
    public async Task An_answer_is_asked_for_again_after_ten_seconds()
    {
        var (asked, time) = (new Counting(), new FakeTimeProvider());
        var reviews = new RememberedReviews(asked, time);
        for (var i = 0; i < 3; i++)
        {
            var who = await reviews.WhoAsync("token", CancellationToken.None);
            Assert.That(await reviews.MayAsync(who!, Asked, CancellationToken.None));
        }

        Assert.That((asked.Tokens, asked.Rights), Is.EqualTo((1, 1)));
        time.Advance(TimeSpan.FromSeconds(10));
        var again = await reviews.WhoAsync("token", CancellationToken.None);
        await reviews.MayAsync(again!, Asked, CancellationToken.None);
        Assert.That((asked.Tokens, asked.Rights), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task What_one_may_says_nothing_of_another_group_or_namespace()
    {
        var asked = new Counting();
        var reviews = new RememberedReviews(asked, new FakeTimeProvider());
        var who = (await reviews.WhoAsync("token", CancellationToken.None))!;
        await reviews.MayAsync(who, Asked, CancellationToken.None);
        await reviews.MayAsync(who with { Groups = ["others"] }, Asked, CancellationToken.None);
        await reviews.MayAsync(who with { Uid = "2" }, Asked, CancellationToken.None);
        await reviews.MayAsync(who, Asked with { Namespace = "b" }, CancellationToken.None);
        Assert.That(asked.Rights, Is.EqualTo(4));
    }

    /// <summary>Kind: what one is called is put together of parts, and another's parts come to the same.</summary>
    [Test]
    public async Task Nor_of_one_whose_groups_read_like_what_else_is_said_of_another()
    {
        var asked = new Counting();
        var reviews = new RememberedReviews(asked, new FakeTimeProvider());
        var who = (await reviews.WhoAsync("token", CancellationToken.None))!;
        await reviews.MayAsync(who with { Groups = ["team", "scopes", "admin"] }, Asked, CancellationToken.None);
        var extra = new Dictionary<string, IList<string>>(StringComparer.Ordinal) { ["scopes"] = ["admin"] };
        await reviews.MayAsync(who with { Extra = extra }, Asked, CancellationToken.None);
        await reviews.MayAsync(who with { Groups = ["team\0scopes\0admin"] }, Asked, CancellationToken.None);
        Assert.That(asked.Rights, Is.EqualTo(3));
    }

    [Test]
    public async Task A_token_that_is_refused_is_asked_for_each_time()
    {
        var asked = new Counting();
        var reviews = new RememberedReviews(asked, new FakeTimeProvider());
        Assert.That(await reviews.WhoAsync("wrong", CancellationToken.None), Is.Null);
        Assert.That(await reviews.WhoAsync("wrong", CancellationToken.None), Is.Null);
        Assert.That(asked.Tokens, Is.EqualTo(2));
    }

    [TestCase("Bearer abc", "abc")]
    [TestCase("bearer abc", "abc")]
    [TestCase("Basic OmFiYw==", "abc")]
    [TestCase("Basic dXNlcjphOmI=", "a:b")]
    [TestCase("Basic YWJj", null)]
    [TestCase("Basic dXNlcjphIGI=", null)]
    [TestCase("Basic %%%", null)]
    [TestCase("", null)]
    [TestCase(null, null)]
    public void A_header_holds_a_token_or_none(string? header, string? token)
    {
        Assert.That(TokenGate.TokenOf(header), Is.EqualTo(token));
    }

    private sealed class Counting : IReviews
    {
        public int Tokens { get; private set; }

        public int Rights { get; private set; }

        public Task<Identity?> WhoAsync(string token, CancellationToken cancellationToken)
        {
            Tokens++;
            return Task.FromResult(
                token == "wrong"
                    ? null
                    : new Identity("ann", "1", ["team"], new Dictionary<string, IList<string>>(StringComparer.Ordinal))
            );
        }

        public Identity? Remembered(string token) => null;

        public Task<bool> MayAsync(Identity who, AskedAccess asked, CancellationToken cancellationToken)
        {
            Rights++;
            return Task.FromResult(true);
        }
    }
}
