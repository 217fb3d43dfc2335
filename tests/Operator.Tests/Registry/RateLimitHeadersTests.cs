using GemmaOperator.Registry.Answers;

namespace Operator.Tests.Registry;

public sealed class RateLimitHeadersTests
{
    private static readonly DateTimeOffset Now = new(A.Morning);

    [TestCase(
        "RateLimit-Limit: 100;w=21600|RateLimit-Remaining: 76;w=21600",
        null,
        TestName = "What_remains_may_be_asked"
    )]
    [TestCase(
        "RateLimit-Limit: 100;w=21600|RateLimit-Remaining: 0;w=21600",
        216,
        TestName = "A_window_gives_back_bit_by_bit"
    )]
    [TestCase("RateLimit-Remaining: 0|RateLimit-Reset: 50", 50, TestName = "A_reset_in_seconds")]
    [TestCase(
        "X-RateLimit-Limit: 60|X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795422900",
        300,
        TestName = "A_reset_as_a_time"
    )]
    [TestCase("X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795422000", 1, TestName = "A_reset_in_the_past")]
    [TestCase("RateLimit-Remaining: 0", 60, TestName = "Nothing_says_for_how_long")]
    [TestCase("RateLimit-Remaining: 0|RateLimit-Limit: 0;w=60", 60, TestName = "A_limit_of_nothing")]
    [TestCase("RateLimit-Remaining: -1", null, TestName = "A_negative_number_is_no_number")]
    [TestCase("RateLimit-Remaining: soon;w", null, TestName = "Words_are_no_number")]
    [TestCase("", null, TestName = "No_header_no_limit")]
    public void Pause(string headers, int? seconds)
    {
        using var response = new HttpResponseMessage();
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = header.Split(": ");
            response.Headers.TryAddWithoutValidation(parts[0], parts[1]);
        }

        Assert.That(RateLimitHeaders.Pause(response.Headers, Now)?.TotalSeconds, Is.EqualTo((double?)seconds));
    }
}
