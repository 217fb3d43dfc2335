using System.Text.Json.Nodes;
using LocalCluster.Rules;

namespace LocalCluster.Tests.Rules;

/// <summary>Expressions are evaluated as cel-go does with Kubernetes' libraries.</summary>
internal sealed class ExpressionTests
{
    private static readonly JsonObject Schema = Parse(
        """
        {"type":"object","properties":{
          "name":{"type":"string"}, "count":{"type":"integer"}, "share":{"type":"number"},
          "absent":{"type":"string"}, "wait":{"type":"string","format":"duration"},
          "at":{"type":"string","format":"date-time"}, "any":{"x-kubernetes-int-or-string":true},
          "odd-name":{"type":"string"}, "namespace":{"type":"string"},
          "labels":{"type":"object","additionalProperties":{"type":"string"}},
          "list":{"type":"array","items":{"type":"integer"}},
          "parts":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"}}}}}}
        """
    );

    private static readonly JsonObject Value = Parse(
        """
        {"name":"gemma","count":3,"share":2,"wait":"90s","at":"2026-01-02T03:04:05Z","any":"x","odd-name":"odd",
         "namespace":"ns","labels":{"a.b/c":"1","z":"2"},"list":[1,2,3],"parts":[{"id":"a"},{"id":"b"},{}]}
        """
    );

    [TestCase("self.name == 'gemma' && self.count > 2")]
    [TestCase("has(self.name) && !has(self.absent)")]
    [TestCase("self.absent == 'x' || true", Description = "an operand that fails doesn't count when the other decides")]
    [TestCase("true || self.absent == 'x'")]
    [TestCase("!(self.absent == 'x' && false)")]
    [TestCase("self.share == 2.0 && self.share / 4.0 == 0.5")]
    [TestCase("self.wait == duration('1m30s') && self.wait > duration('1m')")]
    [TestCase("self.wait.getSeconds() == 90")]
    [TestCase("self.at.getFullYear() == 2026 && self.at < timestamp('2027-01-01T00:00:00Z')")]
    [TestCase("type(self.any) == string")]
    [TestCase("self.odd__dash__name == 'odd' && self.__namespace__ == 'ns'")]
    [TestCase("self.labels['a.b/c'] == '1' && 'z' in self.labels && !('y' in self.labels)")]
    [TestCase("self.labels.all(k, size(k) > 0)")]
    [TestCase("self.list.all(i, i > 0) && self.list.exists(i, i == 2) && self.list.exists_one(i, i > 2)")]
    [TestCase("self.list.map(i, i * 2) == [2, 4, 6] && self.list.filter(i, i != 2).size() == 2")]
    [TestCase("self.list.map(i, i > 1, i + 1) == [3, 4]")]
    [TestCase("self.list[0] == 1 && 3 in self.list && self.list + [4] == [1, 2, 3, 4]")]
    [TestCase("self.list.isSorted() && self.list.sum() == 6 && self.list.min() == 1 && self.list.max() == 3")]
    [TestCase("self.list.indexOf(2) == 1 && self.list.lastIndexOf(9) == -1")]
    [TestCase("self.parts.exists(p, p.id == 'b')", Description = "found before one fails")]
    [TestCase("self.parts.exists(p, has(p.id) && p.id == 'b')")]
    [TestCase("self.name.matches('^g.*a$') && self.name.startsWith('ge') && self.name.endsWith('ma')")]
    [TestCase("self.name.contains('emm') && self.name.size() == 5 && size('äöü') == 3")]
    [TestCase("self.name.substring(1, 3) == 'em' && self.name.charAt(0) == 'g' && self.name.indexOf('m') == 2")]
    [TestCase("'a/b:c'.substring('a/b:c'.lastIndexOf('/') + 1) == 'b:c'")]
    [TestCase("'a,b,c'.split(',') == ['a', 'b', 'c'] && 'a,b,c'.split(',', 2) == ['a', 'b,c']")]
    [TestCase("'Ab'.lowerAscii() == 'ab' && 'Ab'.upperAscii() == 'AB' && ' x '.trim() == 'x'")]
    [TestCase("'aXbX'.replace('X', '-') == 'a-b-' && 'aXbX'.replace('X', '-', 1) == 'a-bX'")]
    [TestCase("['a', 'b'].join('-') == 'a-b' && 'abc'.reverse() == 'cba'")]
    [TestCase("'%s has %d of %.1f%%'.format(['x', 3, 2.5]) == 'x has 3 of 2.5%'")]
    [TestCase("'abc 123'.find('[0-9]+') == '123' && 'a1b2c3'.findAll('[0-9]', 2) == ['1', '2']")]
    [TestCase("isQuantity('1.5Gi') && !isQuantity('much') && quantity('1Gi').isGreaterThan(quantity('1000Mi'))")]
    [TestCase("quantity('2k').asInteger() == 2000 && quantity('1').add(quantity('2')).compareTo(quantity('3')) == 0")]
    [TestCase("self.?absent.orValue('none') == 'none' && self.?name.hasValue() && self.?name.value() == 'gemma'")]
    [TestCase("self.count == 3 ? self.name == 'gemma' : false")]
    [TestCase("int('42') == 42 && string(42) == '42' && double('0.5') == 0.5 && -self.count == -3")]
    [TestCase("{'a': 1, 'b': 2}['b'] == 2 && {'a': 1} == {'a': 1}")]
    [TestCase("self.count % 2 == 1 && 7 / 2 == 3 && 0x10 == 16")]
    [TestCase("r'\\d' == '\\\\d' && \"it's\" == 'it\\'s'")]
    public void It_is_true(string rule) => Assert.That(Run(rule), Is.EqualTo(true));

    [TestCase("self.absent == 'x'", "no such key: absent")]
    [TestCase("self.list[3] == 1", "index out of bounds: 3")]
    [TestCase("self.count / 0 == 1", "division by zero")]
    [TestCase("self.count % 0 == 1", "modulus by zero")]
    [TestCase("9223372036854775807 + self.count > 0", "integer overflow")]
    [TestCase("self.any > 2", "no such overload")]
    [TestCase(
        "duration(self.name) > duration('1s')",
        "type conversion error from 'string' to 'google.protobuf.Duration'"
    )]
    [TestCase("self.absent == 'x' || false", "no such key: absent")]
    [TestCase("self.parts.all(p, p.id != '')", "no such key: id")]
    public void It_fails_when_it_runs(string rule, string why) =>
        Assert.That(() => Run(rule), Throws.TypeOf<CelException>().With.Message.EqualTo(why));

    [TestCase("self.nme == 'x'", "1:5: undefined field 'nme'\n | self.nme == 'x'\n | ....^")]
    [TestCase("other == 1", "1:1: undeclared reference to 'other' (in container '')\n | other == 1\n | ^")]
    [TestCase("self.name.shout()", "1:16: undeclared reference to 'shout' (in container '')")]
    [TestCase("self.list.all(i, j > 0)", "1:18: undeclared reference to 'j' (in container '')")]
    [TestCase("self.name ==", "1:13: Syntax error: mismatched input '<EOF>'")]
    [TestCase("self.parts.all(p, p.key == '')", "1:20: undefined field 'key'")]
    [TestCase("self.name.first == ''", "1:10: type 'string' does not support field selection")]
    public void It_is_refused_before_it_runs(string rule, string why) =>
        Assert.That(
            () => Run(rule),
            Throws.TypeOf<RuleSyntaxException>().With.Message.StartsWith($"ERROR: <input>:{why}")
        );

    private static object? Run(string rule) =>
        new ExpressionCompiler(rule, new Dictionary<string, JsonObject?>(StringComparer.Ordinal) { ["self"] = Schema })
            .Compile()
            .Run(new Scope("self", CelValues.Of(Value, Schema), null));

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
