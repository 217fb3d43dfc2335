using GemmaInference.Api.Access;

namespace Inference.Tests.Api.Access;

internal sealed class RequestIdsTests
{
    [TestCase("a", true)]
    [TestCase("0af7651916cd43dd8448eb211c80319c", true)]
    [TestCase("a b", false)]
    [TestCase("a\u001b[31m", false)]
    [TestCase("ä", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    public void Only_what_is_fit_for_a_header_and_a_log_is_taken(string? given, bool isTaken) =>
        Assert.That(RequestIds.Take(given), isTaken ? Is.EqualTo(given) : Does.Match("^[0-9a-f]{32}$"));
}
