using GemmaInference.Api.Calls;

namespace Inference.Tests.Api.Calls;

[TestFixture]
internal sealed class ToolCallParserTests
{
    [TestCase(false, "{ \"name\":")]
    [TestCase(true, "")]
    public void What_had_to_be_a_call_and_was_cut_is_no_text(bool isForced, string said)
    {
        var parser = new ToolCallParser(["f"], isForced);
        Assert.That(parser.Push("{ \"name\":").Text + parser.Finish(), Is.EqualTo(said));
        Assert.That((parser.HasCalls, parser.IsWhole), Is.EqualTo((false, false)));
    }

    [TestCase("""{"name": "f", "parameters": {"a": "}\\\"{"}}""", "", "f", """{"a": "}\\\"{"}""")]
    [TestCase(
        """[{"name":"f","parameters":{}}, {"name":"gg","parameters":{"x":[1,{}]}}]""",
        "",
        "f",
        "{}",
        "gg",
        """{"x":[1,{}]}"""
    )]
    [TestCase("```json\n{\"name\": \"f\", \"parameters\": {\"b\":1}}\n```", "", "f", """{"b":1}""")]
    [TestCase("```tool_code\n[ {\"name\": \"f\", \"parameters\": {}} ]", "", "f", "{}")]
    [TestCase("Hello {\"name\": \"f\", \"parameters\": {}}", "Hello {\"name\": \"f\", \"parameters\": {}}")]
    [TestCase("""{"name": "other", "parameters": {}}""", """{"name": "other", "parameters": {}}""")]
    [TestCase("""{"name": "f", "age": 3}""", """{"name": "f", "age": 3}""")]
    [TestCase("```python\nprint(1)\n```", "```python\nprint(1)\n```")]
    [TestCase("{", "{")]
    [TestCase("  ", "  ")]
    public void Calls_and_text_are_told_apart_however_they_come_in_pieces(
        string answer,
        string said,
        params string[] calls
    )
    {
        foreach (var size in (int[])[1, 2, 7, 1000])
        {
            var parser = new ToolCallParser(["f", "gg"]);
            var text = "";
            var found = new List<string>();
            foreach (var piece in answer.Chunk(size))
            {
                var (more, deltas) = parser.Push(new string(piece));
                text += more;
                foreach (var delta in deltas)
                {
                    if (delta.Name is not null)
                    {
                        found.AddRange([delta.Name, ""]);
                    }

                    found[^1] += delta.Arguments;
                }
            }

            text += parser.Finish();
            Assert.That(text, Is.EqualTo(said), $"{size}");
            Assert.That(found, Is.EqualTo(calls), $"{size}");
            Assert.That(parser.IsWhole, Is.EqualTo(calls.Length > 0));
        }
    }
}
