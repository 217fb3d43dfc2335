using System.Text.Json;
using GemmaInference.Grammar;

namespace Inference.Tests.Grammar.Json;

[TestFixture]
internal sealed class SchemaTests
{
    [Test]
    public void All_of_a_long_list_of_values_can_be_reached()
    {
        var values = Enumerable.Range(0, 1_000).Select(value => $"\"value-{value}\"").ToList();
        var grammar = GrammarWalk.Of($$"""{"enum":[{{string.Join(',', values)}}]}""");
        Assert.That(values, Is.All.Matches<string>(value => GrammarWalk.Accepts(grammar, value!)));
        Assert.That(GrammarWalk.Accepts(grammar, "\"value-1000\""), Is.False);
    }

    [TestCase("\"type\":\"integer\"", "-7")]
    [TestCase("\"type\":\"number\"", "0.5")]
    [TestCase("\"type\":[\"number\",\"null\"]", "null")]
    [TestCase("\"type\":\"integer\",\"minimum\":0,\"maximum\":31536000", "86400")]
    [TestCase("\"type\":\"string\",\"maxLength\":500", "\"ab\"")]
    [TestCase("\"type\":\"string\",\"pattern\":\"^[A-Z]{100,200}$\"", null)]
    [TestCase("\"type\":\"string\",\"format\":\"date-time\"", "\"2026-11-30T10:00:00Z\"")]
    [TestCase("\"type\":\"array\",\"maxItems\":20,\"items\":{\"type\":\"integer\"}", "[1,2]")]
    public void A_hundred_properties_of_a_kind_are_not_too_many(string kind, string? value)
    {
        var names = Enumerable.Range(0, 100).Select(number => $"\"p{number}\"").ToList();
        // Each with a title of its own, as programs that make schemas of types have it.
        var properties = names.Select(name => $"{name}:{{\"title\":{name},{kind}}}");
        var grammar = GrammarWalk.Of(
            $$"""{"type":"object","properties":{{{string.Join(',', properties)}}},"required":[{{string.Join(
                ',',
                names
            )}}]}"""
        );
        var members = names.Select(name => $"{name}:{value ?? $"\"{new string('A', 150)}\""}");
        Assert.That(GrammarWalk.Accepts(grammar, $"{{{string.Join(',', members)}}}"));
    }

    [Test]
    public void What_was_reached_is_forgotten_when_much_else_was()
    {
        var grammar = GrammarWalk.Of("{}");
        var first = Reach(grammar);
        for (var i = 0; i < 4096; i++)
        {
            // Each nesting of lists and objects is a state of its own.
            var nesting = Enumerable.Range(0, 12).Select(bit => ((i >> bit) & 1) == 0 ? "[" : "{\"a\":");
            GrammarWalk.After(grammar, string.Concat(nesting));
        }

        GC.Collect();
        Assert.That(first.IsAlive, Is.False);
        Assert.That(GrammarWalk.Accepts(grammar, """{"a":[{"b":1}]}"""), Is.True);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Reach(CompiledGrammar grammar) => new(GrammarWalk.After(grammar, """[{"b":[[{"c":"""));
    }

    [TestCase("""{"type":"string"}""", "\"a\"", "\"é\\n\\u00e9😀\"", "\"\"")]
    [TestCase("""{"type":"string","minLength":2,"maxLength":3}""", "\"ab\"", "\"é😀\\n\"")]
    [TestCase("""{"type":"integer"}""", "0", "-12", "999999999999999999")]
    [TestCase("""{"type":"number"}""", "0", "-0.5", "1e5", "2.25E-3")]
    [TestCase("""{"type":"boolean"}""", "true", "false")]
    [TestCase("""{"type":["integer","null"]}""", "7", "null")]
    [TestCase("""{"enum":["a",1,null,{"b":[2]}]}""", "\"a\"", "1", "null", """{"b":[2]}""")]
    [TestCase("""{"const":"x\"y"}""", "\"x\\\"y\"")]
    [TestCase("""{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2}""", "[1]", "[1, 2]", "[ 1,2 ]")]
    [TestCase("""{"type":"array","items":{"type":"integer"}}""", "[]", "[1,2,3,4]")]
    [TestCase("""{"type":"array","minItems":2}""", "[1,{}]", "[null, \"\", []]")]
    [TestCase("""{"type":"object"}""", "{}", """{"a":{"b":[1]},"c":null}""")]
    [TestCase("{}", "{}", "[]", "1", "\"\"", "null")]
    [TestCase("true", "[{}]")]
    [TestCase("""{"anyOf":[{"type":"integer"},{"type":"string"}]}""", "1", "\"1\"")]
    [TestCase("""{"allOf":[{"type":"integer"}],"description":"x"}""", "1")]
    [TestCase("""{"type":"integer","minimum":-7,"maximum":12}""", "-7", "-1", "0", "9", "12")]
    [TestCase("""{"type":"integer","exclusiveMinimum":0}""", "1", "10")]
    [TestCase("""{"type":"integer","minimum":0.5,"maximum":1e300}""", "1")]
    [TestCase("""{"type":"number","minimum":0,"maximum":1}""", "0", "0.75", "1", "1.0")]
    [TestCase("""{"type":"number","exclusiveMinimum":0}""", "0.001", "5")]
    [TestCase("""{"type":"number","minimum":-2,"maximum":-1}""", "-2", "-1.5", "-1")]
    [TestCase("""{"type":"string","format":"uri","title":"t","x-own":1}""", "\"a\"")]
    public void What_is_valid_goes_through(string schema, params string[] valid)
    {
        var grammar = GrammarWalk.Of(schema);
        Assert.Multiple(() =>
        {
            foreach (var text in valid)
            {
                Assert.That(GrammarWalk.Accepts(grammar, text), text);
            }
        });
    }

    [TestCase("""{"type":"string"}""", "a", "\"\n\"", "\"\\x\"", "\"\\ud83d\"", "1", "\"a")]
    [TestCase("""{"type":"string","minLength":2,"maxLength":3}""", "\"a\"", "\"abcd\"")]
    [TestCase("""{"type":"integer"}""", "01", "1.0", "-0", "1e3", "1000000000000000000", "+1")]
    [TestCase("""{"type":"number"}""", ".5", "5.", "1e999", "NaN", "--1")]
    [TestCase(
        """{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2}""",
        "[]",
        "[1,2,3]",
        "[\"1\"]",
        "[1,]"
    )]
    [TestCase("""{"type":"integer","minimum":-7,"maximum":12}""", "-8", "13", "100", "-10")]
    [TestCase("""{"type":"integer","exclusiveMinimum":0}""", "0", "-1")]
    [TestCase("""{"type":"number","minimum":0,"maximum":1}""", "1.1", "-0.1", "2", "1e5")]
    [TestCase("""{"type":"number","exclusiveMinimum":0}""", "0", "0.0", "-1", "-0")]
    [TestCase("""{"type":"number","minimum":-2,"maximum":-1}""", "-2.5", "-0.5", "1")]
    [TestCase("""{"enum":["a",1],"type":"string"}""", "1", "\"b\"")]
    public void What_is_not_valid_does_not(string schema, params string[] wrong)
    {
        var grammar = GrammarWalk.Of(schema);
        Assert.Multiple(() =>
        {
            foreach (var text in wrong)
            {
                Assert.That(GrammarWalk.Accepts(grammar, text), Is.False, text);
            }
        });
    }

    [Test]
    public void Properties_come_in_their_order_and_optional_ones_may_be_left_out()
    {
        var grammar = GrammarWalk.Of(
            """
            {"type":"object","required":["b"],"properties":{
                "a":{"type":"integer"},"b":{"type":"integer"},"c":{"type":"integer"}}}
            """
        );
        Assert.Multiple(() =>
        {
            Assert.That(GrammarWalk.Accepts(grammar, """{"b":1}"""));
            Assert.That(GrammarWalk.Accepts(grammar, """{"a": 1, "b": 2, "c": 3}"""));
            Assert.That(GrammarWalk.Accepts(grammar, "{\n  \"b\": 2,\n  \"c\": 3\n}"));
            Assert.That(GrammarWalk.Accepts(grammar, "{}"), Is.False);
            Assert.That(GrammarWalk.Accepts(grammar, """{"b":1,"a":2}"""), Is.False);
            Assert.That(GrammarWalk.Accepts(grammar, """{"b":1,}"""), Is.False);
            Assert.That(GrammarWalk.Accepts(grammar, """{"a":1,"c":2}"""), Is.False);
            Assert.That(GrammarWalk.Accepts(grammar, """{"b":1,"d":2}"""), Is.False);
        });
    }

    [Test]
    public void Other_properties_have_other_names()
    {
        var grammar = GrammarWalk.Of(
            """
            {"type":"object","properties":{"ab":{"type":"integer"},"abc":{"type":"integer"}},
                "additionalProperties":{"type":"string"}}
            """
        );
        Assert.Multiple(() =>
        {
            foreach (var name in (string[])["a", "b", "abcd", "abd", "", "ä", "zz"])
            {
                Assert.That(GrammarWalk.Accepts(grammar, $$"""{"{{name}}":"x"}"""), name);
            }

            Assert.That(GrammarWalk.Accepts(grammar, """{"ab":1,"x":"y","z":""}"""));
            Assert.That(GrammarWalk.Accepts(grammar, """{"ab":"x"}"""), Is.False);
            Assert.That(GrammarWalk.Accepts(grammar, """{"abc":"x"}"""), Is.False);
            Assert.That(GrammarWalk.Accepts(grammar, """{"x":1}"""), Is.False);
        });
    }

    [Test]
    public void Recursion_goes_as_deep_as_parsers_do_and_always_ends()
    {
        var grammar = GrammarWalk.Of(
            """
            {"$ref":"#/$defs/node","$defs":{"node":{"type":"object","required":["next"],
                "properties":{"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}}}}}
            """
        );
        Assert.That(GrammarWalk.Accepts(grammar, """{"next":{"next":null}}"""));
        var text = "";
        while (!ReferenceEquals(GrammarWalk.After(grammar, text + "{\"next\":"), GrammarState.Dead))
        {
            text += "{\"next\":";
        }

        var depth = text.Length / 8;
        Assert.That(depth, Is.GreaterThan(20).And.LessThan(64));
        text += "null" + new string('}', depth);
        Assert.That(GrammarWalk.Accepts(grammar, text));
        using var parsed = JsonDocument.Parse(text);
    }

    [TestCase("""{"type":"string","pattern":"a(?=b)"}""", "schema.pattern")]
    [TestCase("""{"oneOf":[{},{}]}""", "schema.oneOf")]
    [TestCase("""{"properties":{"a":{"not":{}}}}""", "schema.properties.a.not")]
    [TestCase("""{"type":"array","items":{"type":"text"}}""", "schema.items.type")]
    [TestCase("""{"type":"array","uniqueItems":true}""", "schema.uniqueItems")]
    [TestCase("""{"$ref":"#/$defs/x"}""", "schema.$ref")]
    [TestCase("""{"$ref":"https://example.com/x"}""", "schema.$ref")]
    [TestCase("""{"$ref":"#"}""", "schema")]
    [TestCase("""{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}""", "schema")]
    [TestCase("""{"type":"string","minLength":3,"maxLength":2}""", "schema.minLength")]
    [TestCase("""{"type":"string","maxLength":-1}""", "schema.maxLength")]
    [TestCase("""{"type":"string","maxLength":30000}""", "schema")]
    [TestCase("""{"type":"array","items":{"type":"null"},"minItems":1000000}""", "schema")]
    [TestCase("""{"enum":[]}""", "schema")]
    [TestCase("""{"enum":["a"],"minLength":2}""", "schema.minLength")]
    [TestCase("""{"anyOf":[]}""", "schema.anyOf")]
    [TestCase("""{"allOf":[{"pattern":"a"},{"pattern":"b"}]}""", "schema")]
    [TestCase("""{"allOf":[{"type":"string"},{"type":"null"}]}""", "schema")]
    [TestCase("""{"allOf":[{"$ref":"#"}]}""", "schema.allOf[0].$ref")]
    [TestCase("""{"type":"number","minimum":0.5}""", "schema.minimum")]
    [TestCase("""{"type":"integer","minimum":3,"maximum":2}""", "schema")]
    [TestCase("""{"type":"integer","multipleOf":5}""", "schema.multipleOf")]
    [TestCase("""{"required":["a"],"additionalProperties":false}""", "schema.required")]
    [TestCase("[]", "schema")]
    [TestCase("false", "schema")]
    [TestCase("""{"type":7}""", "schema.type")]
    public void What_cannot_be_compiled_is_named_by_its_path(string schema, string path) =>
        Assert.That(GrammarWalk.Refused(schema).Path, Is.EqualTo(path));

    [Test]
    public void Many_references_to_references_need_no_stack()
    {
        var definitions = Enumerable
            .Range(0, 3000)
            .Select(i =>
                $$"""
                    "d{{i}}":{"$ref":"#/$defs/d{{i + 1}}"}
                    """
            );
        var schema =
            """{"$ref":"#/$defs/d0","$defs":{""" + string.Join(",", definitions) + ""","d3000":{"type":"null"}}}""";
        Assert.That(GrammarWalk.Accepts(GrammarWalk.Of(schema), "null"));
    }

    private static readonly string[] Drawn =
    [
        "{}",
        """{"type":"object"}""",
        """{"type":"array","items":{"type":"number"},"minItems":1,"maxItems":5}""",
        """{"type":"object","properties":{"a":{"type":"string","maxLength":4},"b":{"$ref":"#"}},"required":["a"],"additionalProperties":{"type":"integer","minimum":-3,"maximum":1234}}""",
        """{"anyOf":[{"type":"array","items":{"$ref":"#"}},{"type":"object","properties":{"x":{"$ref":"#"}}},{"anyOf":[{"$ref":"#"},{"type":"null"}]}]}""",
    ];

    [TestCaseSource(nameof(Drawn))]
    public void Whatever_goes_through_parses_and_no_way_is_a_dead_end(string schema)
    {
        var grammar = GrammarWalk.Of(schema);
        var random = new Random(7);
        for (var i = 0; i < 50; i++)
        {
            var text = GrammarWalk.Draw(grammar, random);
            Assert.DoesNotThrow(() => JsonDocument.Parse(text).Dispose(), text);
        }
    }
}
