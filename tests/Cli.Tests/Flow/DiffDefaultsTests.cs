using System.Text.Json.Nodes;
using KubectlGemma.Output;

namespace Cli.Tests.Flow;

/// <summary>What a manifest takes out, and what it mustn't show.</summary>
public sealed class DiffDefaultsTests
{
    [Test]
    public async Task A_server_that_the_spec_named_is_no_default_and_credentials_are_left_out()
    {
        await using var world = await World.StartAsync();
        await world.Stage.Api.CreateAsync(world.Stage.Image(), CancellationToken.None);
        await world.Stage.UntilReadyAsync();
        var host = world.Stage.Registry.Host;

        var unknown = await DiffAsync(world, "", "");
        var known = await DiffAsync(world, "", "", "--server-image", $"{host}/team/server:2");
        const string Env = "env: [{name: DB_PASSWORD, value: correct horse}]";
        var text = await DiffAsync(world, $"{host}/team/server:1", Env);
        var json = await DiffAsync(world, $"{host}/team/server:1", Env, "-o", "json");
        Assert.Multiple(() =>
        {
            Assert.That(unknown.Code, Is.EqualTo(ExitCode.Usage), unknown.Out);
            Assert.That(unknown.Err, Does.Contain("no build tells whether the operator has a default"));
            Assert.That(unknown.Err, Does.Contain("--server-image").And.Not.Contain("   at "));
            Assert.That(known.Code, Is.EqualTo(ExitCode.Failed), known.Err);
            Assert.That(known.Out, Does.Contain("gemma-b2 is needed").And.Contain("spec.rollout.server.image"));
            foreach (var run in (Run[])[text, json])
            {
                Assert.That(run.Code, Is.EqualTo(ExitCode.Failed), run.Err);
                Assert.That(run.Out, Does.Contain("DB_PASSWORD").And.Contain("***"));
                Assert.That(run.Out, Does.Not.Contain("correct").And.Not.Contain("horse"));
            }

            Assert.That(JsonNode.Parse(json.Out)![0]!["build"]!["changes"]!.AsArray(), Is.Not.Empty);
        });
    }

    private static async Task<Run> DiffAsync(World world, string server, string more, params string[] options)
    {
        using var input = new StringReader(
            $$$"""
            apiVersion: gemmaoperator.io/v1alpha1
            kind: GemmaBaseImage
            metadata: {name: gemma}
            spec:
              base: {pytorch: "2.10.0", cuda: "12.8", cudnn: "9"}
              output: {repository: "{{{world.Stage.Repository}}}", insecure: true}
              rollout: {server: {image: "{{{server}}}"}, rollback: {soakTime: 0s}}
              {{{more}}}
            """
        );
        return await world.RunAsync(input, ["diff", "-f", "-", .. options]);
    }
}
