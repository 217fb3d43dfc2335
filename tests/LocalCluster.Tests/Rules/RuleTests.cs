using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Rules;

/// <summary>Rules of a definition are evaluated at every write, and refused with it when they can't be.</summary>
internal sealed class RuleTests
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Things = "/apis/test.io/v1/namespaces/t/things";

    [TestCase(
        """{"rule":"self.a < self.b","message":"a must be below b"}""",
        "spec",
        "FieldValueInvalid",
        "Invalid value: a must be below b"
    )]
    [TestCase(
        """{"rule":"self.a < self.b"}""",
        "spec",
        "FieldValueInvalid",
        "Invalid value: failed rule: self.a < self.b"
    )]
    [TestCase(
        """{"rule":"self.a < self.b","messageExpression":"'%d is not below %d'.format([self.a, self.b])"}""",
        "spec",
        "FieldValueInvalid",
        "Invalid value: 5 is not below 2"
    )]
    [TestCase(
        """{"rule":"self.a < self.b","message":"plain","messageExpression":"self.list[9]"}""",
        "spec",
        "FieldValueInvalid",
        "Invalid value: plain"
    )]
    [TestCase(
        """{"rule":"self.a < self.b","message":"no","reason":"FieldValueForbidden","fieldPath":".a"}""",
        "spec.a",
        "FieldValueForbidden",
        "Forbidden: no"
    )]
    [TestCase(
        """{"rule":"self.a < self.b","message":"give b","reason":"FieldValueRequired","fieldPath":".b"}""",
        "spec.b",
        "FieldValueRequired",
        "Required value: give b"
    )]
    [TestCase(
        """{"rule":"self.list[7] == 1","message":"seventh"}""",
        "spec",
        "FieldValueInvalid",
        "Invalid value: \"object\": index out of bounds: 7 evaluating rule: seventh"
    )]
    [TestCase(
        """{"rule":"self.any > 2","message":"big"}""",
        "spec",
        "FieldValueInvalid",
        "Invalid value: \"object\": 'no such overload': call arguments did not match a supported operator, function or "
            + "macro signature for rule: big"
    )]
    public async Task A_broken_rule_is_told_as_the_real_server_tells_it(
        string rule,
        string field,
        string reason,
        string message
    )
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(Definitions, Definition(rule));
        var (status, body) = await world.SendAsync(HttpMethod.Post, Things, Thing("""{"a":5,"b":2}"""));
        var cause = body["details"]?["causes"]?[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That((string?)cause?["field"], Is.EqualTo(field));
            Assert.That((string?)cause?["reason"], Is.EqualTo(reason));
            Assert.That((string?)cause?["message"], Is.EqualTo(message));
        }
    }

    [Test]
    public async Task What_a_rule_allows_is_stored()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(Definitions, Definition("""{"rule":"self.a < self.b"}"""));
        await world.CreateAsync(Things, Thing("""{"a":1,"b":2}"""));
    }

    [Test]
    public async Task A_rule_of_a_changed_value_needs_the_value_before()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(Definitions, Definition("""{"rule":"self.a >= oldSelf.a","message":"only up"}"""));
        await world.CreateAsync(Things, Thing("""{"a":5}"""));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await PatchAsync(world, """{"spec":{"a":6}}"""), Is.EqualTo("OK"));
            Assert.That(
                await PatchAsync(world, """{"spec":{"a":4}}"""),
                Is.EqualTo("Thing.test.io \"x\" is invalid: spec: Invalid value: only up")
            );
        }
    }

    [Test]
    public async Task An_optional_old_value_is_none_at_first()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(
            Definitions,
            Definition(
                """{"rule":"oldSelf.hasValue() ? self.a == oldSelf.value().a : self.a == 1","optionalOldSelf":true}"""
            )
        );
        var (status, _) = await world.SendAsync(HttpMethod.Post, Things, Thing("""{"a":5}"""));
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        await world.CreateAsync(Things, Thing("""{"a":1}"""));
        Assert.That(await PatchAsync(world, """{"spec":{"a":2}}"""), Does.Contain("failed rule"));
        Assert.That(await PatchAsync(world, """{"spec":{"b":2}}"""), Is.EqualTo("OK"));
    }

    [Test]
    public async Task What_was_wrong_before_and_is_not_touched_passes()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(Definitions, Definition(null));
        await world.CreateAsync(Things, Thing("""{"a":50,"b":2,"text":"LONG","parts":[{"id":"a","n":1}]}"""));
        var narrower = Definition("""{"rule":"self.a < 10","message":"too big"}""", "\"maxLength\":2,");
        var (status, _) = await world.SendAsync(
            HttpMethod.Patch,
            $"{Definitions}/things.test.io",
            narrower,
            "application/merge-patch+json"
        );
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await PatchAsync(world, """{"metadata":{"labels":{"x":"y"}}}"""), Is.EqualTo("OK"));
            Assert.That(
                await PatchAsync(world, """{"spec":{"b":3}}"""),
                Is.EqualTo("Thing.test.io \"x\" is invalid: spec: Invalid value: too big"),
                "the rule's own object has changed"
            );
            Assert.That(await PatchAsync(world, """{"spec":{"a":5}}"""), Is.EqualTo("OK"), "the text is as it was");
            Assert.That(await PatchAsync(world, """{"spec":{"text":"LONGER"}}"""), Does.Contain("spec.text"));
        }
    }

    [Test]
    public async Task Rules_are_not_evaluated_on_what_the_schema_refuses()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(Definitions, Definition("""{"rule":"self.a < self.b"}"""));
        var (_, body) = await world.SendAsync(HttpMethod.Post, Things, Thing("""{"a":"one","b":2}"""));
        Assert.That((string?)body["message"], Does.Contain("some validation rules were not checked"));
    }

    [TestCase(
        """{"rule":"self.c > 1"}""",
        "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule",
        "undefined field 'c'"
    )]
    [TestCase(
        """{"rule":" "}""",
        "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule",
        "Required value: rule is not specified"
    )]
    [TestCase(
        """{"rule":"self.a > (1"}""",
        "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule",
        "Syntax error: "
    )]
    [TestCase(
        """{"rule":"true","reason":"Because"}""",
        "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].reason",
        "Unsupported value: \"Because\""
    )]
    public async Task A_definition_with_a_bad_rule_is_refused(string rule, string field, string why)
    {
        await using var world = await SmallWorld.StartAsync();
        var (status, body) = await world.SendAsync(HttpMethod.Post, Definitions, Definition(rule));
        var cause = body["details"]?["causes"]?[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That((string?)cause?["field"], Is.EqualTo(field));
            Assert.That((string?)cause?["message"], Does.Contain(why));
        }
    }

    private static async Task<string> PatchAsync(SmallWorld world, string patch)
    {
        var (status, body) = await world.SendAsync(
            HttpMethod.Patch,
            $"{Things}/x",
            patch,
            "application/merge-patch+json"
        );
        return status == HttpStatusCode.OK ? "OK" : (string)body["message"]!;
    }

    private static string Thing(string spec) =>
        new JsonObject
        {
            ["apiVersion"] = "test.io/v1",
            ["kind"] = "Thing",
            ["metadata"] = new JsonObject { ["name"] = "x" },
            ["spec"] = JsonNode.Parse(spec),
        }.ToJsonString();

    private static string Definition(string? rule, string ofText = "") =>
        $$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"things.test.io"},
             "spec":{"group":"test.io","scope":"Namespaced","names":{"plural":"things","kind":"Thing"},
              "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
               "properties":{"spec":{"type":"object","x-kubernetes-validations":[{{rule}}],
                "properties":{
                 "a":{"type":"integer"},"b":{"type":"integer"},"any":{"x-kubernetes-int-or-string":true},
                 "text":{ {{ofText}}"type":"string"},
                 "list":{"type":"array","items":{"type":"integer"},"default":[1]},
                 "parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["id"],
                  "items":{"type":"object","required":["id"],
                   "properties":{"id":{"type":"string"},"n":{"type":"integer"} } } } } } } } } }] } }
            """.Replace("\"any\":{", "\"any\":{\"default\":\"x\",", StringComparison.Ordinal);
}
