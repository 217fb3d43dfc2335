using GemmaInference.Api.Calls;

namespace Inference.Tests.Api.Calls;

[TestFixture]
internal sealed class CallArgumentsTests
{
    /// <summary>The mark stands for the token around texts.</summary>
    private const char Mark = '§';

    [TestCase("{}", "{}")]
    [TestCase("{a:1,b:true}", """{"a":1,"b":true}""")]
    [TestCase("{a:§x§}", """{"a":"x"}""")]
    [TestCase("{a:§x\"\n{,:}§,b:[§§,[null]]}", """{"a":"x\"\n{,:}","b":["",[null]]}""")]
    [TestCase("{§a b§:{c:-1.5}}", """{"a b":{"c":-1.5}}""")]
    [TestCase("{a:[{b:§y§},{b:§z§}],c:1}", """{"a":[{"b":"y"},{"b":"z"}],"c":1}""")]
    public void Arguments_are_written_as_json(string call, string json)
    {
        var whole = new CallArguments();
        Assert.That(string.Concat(call.Split(Mark).Select((part, i) => Take(whole, part, i > 0))), Is.EqualTo(json));
        Assert.That(whole.IsWhole, Is.True);
        var letters = new CallArguments();
        Assert.That(
            string.Concat(call.Select(letter => letter == Mark ? letters.Quote() : letters.Push($"{letter}"))),
            Is.EqualTo(json)
        );
    }

    private static string Take(CallArguments arguments, string part, bool isAfterMark) =>
        (isAfterMark ? arguments.Quote() : "") + arguments.Push(part);
}
