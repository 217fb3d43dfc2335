using System.Net;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Hooks;

/// <summary>ValidatingAdmissionPolicies refuse what their bindings deny.</summary>
public sealed class PolicyTests
{
    private const string ConfigMaps = "/api/v1/namespaces/t/configmaps";
    private const string Api = "/apis/admissionregistration.k8s.io/v1";

    [Test]
    public async Task A_policy_refuses_with_its_message_or_its_expression()
    {
        await using var world = await SmallWorld.StartAsync();
        await PolicyAsync(
            world,
            """
            {"expression":"!has(object.data) || size(object.data) < 2","message":"too much"},
            {"expression":"variables.tidy","messageExpression":"'odd name: ' + object.metadata.name","reason":"Forbidden"},
            {"expression":"object.metadata.name != 'b'"}
            """
        );
        await world.CreateAsync(ConfigMaps, """{"metadata":{"name":"a"},"data":{"x":"1"}}""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                await RefusedAsync(world, """{"metadata":{"name":"c"},"data":{"x":"1","y":"2"}}"""),
                Is.EqualTo((422, "Invalid", Denied("c") + "too much"))
            );
            Assert.That(
                await RefusedAsync(world, """{"metadata":{"name":"z-1"}}"""),
                Is.EqualTo((403, "Forbidden", Denied("z-1") + "odd name: z-1"))
            );
            Assert.That(
                await RefusedAsync(world, """{"metadata":{"name":"b"}}"""),
                Is.EqualTo((422, "Invalid", Denied("b") + "failed expression: object.metadata.name != 'b'"))
            );
        }

        static string Denied(string name) =>
            $"configmaps \"{name}\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ";
    }

    [Test]
    public async Task A_policy_without_a_binding_and_other_namespaces_are_left_alone()
    {
        await using var world = await SmallWorld.StartAsync();
        await PolicyAsync(world, """{"expression":"false"}""", binding: false);
        await world.CreateAsync(ConfigMaps, """{"metadata":{"name":"a"}}""");
        await BindAsync(world);
        await world.CreateAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a"}}""");
        var (status, _, _) = await RefusedAsync(world, """{"metadata":{"name":"b"}}""");
        Assert.That(status, Is.EqualTo(422));
    }

    [Test]
    public async Task An_expression_that_cannot_be_compiled_is_refused_where_it_stands()
    {
        await using var world = await SmallWorld.StartAsync();
        var (status, body) = await world.SendAsync(
            HttpMethod.Post,
            $"{Api}/validatingadmissionpolicies",
            Policy("""{"expression":"object.metadata.name =="}""")
        );
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((string?)body["message"], Does.Contain("spec.validations[0].expression: Invalid value"));
    }

    private static async Task PolicyAsync(SmallWorld world, string validations, bool binding = true)
    {
        await world.CreateAsync($"{Api}/validatingadmissionpolicies", Policy(validations));
        if (binding)
        {
            await BindAsync(world);
        }
    }

    private static Task BindAsync(SmallWorld world) =>
        world.CreateAsync(
            $"{Api}/validatingadmissionpolicybindings",
            """
            {"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Deny"],"matchResources":
             {"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"t"}}}}}
            """
        );

    private static string Policy(string validations) =>
        $$$"""
            {"metadata":{"name":"p"},"spec":{"failurePolicy":"Fail","variables":
             [{"name":"tidy","expression":"!object.metadata.name.contains('-')"}],
             "matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"],
               "operations":["CREATE"]}]},
             "validations":[{{{validations}}}]}}
            """;

    private static async Task<(int Code, string? Reason, string? Message)> RefusedAsync(SmallWorld world, string json)
    {
        var (status, body) = await world.SendAsync(HttpMethod.Post, ConfigMaps, json);
        return ((int)status, (string?)body["reason"], (string?)body["message"]);
    }
}
