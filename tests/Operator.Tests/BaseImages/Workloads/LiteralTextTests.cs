using System.Text;
using GemmaOperator.Api.Pods;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Text;

namespace Operator.Tests.BaseImages.Workloads;

/// <summary>What a spec says reaches a container as it is written, though Kubernetes expands variables there.</summary>
internal sealed class LiteralTextTests
{
    private static readonly string[] Texts =
    [
        "$(MODEL_NAME)",
        "$$(MODEL_NAME)",
        "$$$(PORT)",
        "a $ b",
        "$",
        "$$",
        "$(",
        "plain",
        "",
    ];

    [TestCaseSource(nameof(Texts))]
    public void Text_survives_what_Kubernetes_does_to_it(string text)
    {
        Assert.That(Expand(PodText.Literal(text)), Is.EqualTo(text));
        Assert.That(PodText.Read(PodText.Literal(text)), Is.EqualTo(text));
    }

    [Test]
    public void Variables_names_and_paths_of_the_server_are_literal()
    {
        var spec = A.BaseImage(s =>
            s with
            {
                Rollout = s.Rollout with
                {
                    Server = s.Rollout.Server with
                    {
                        Env = [new ServerVariable { Name = "GREETING", Value = "$(MODEL_NAME) costs $5" }],
                        Model = s.Rollout.Server.Model with { Name = "$(PORT)" },
                    },
                },
            }
        ).Spec!;
        var env = ServingPod
            .For(spec, new ModelMount.Nothing(), WorkloadMetadata.Selector(A.BaseImage()))
            .Containers[0]
            .Env.ToDictionary(e => e.Name, e => Expand(e.Value), StringComparer.Ordinal);
        Assert.That(env["GREETING"], Is.EqualTo("$(MODEL_NAME) costs $5"));
        Assert.That(env["MODEL_NAME"], Is.EqualTo("$(PORT)"));
    }

    /// <summary>Expands as Kubernetes does, every name being a variable.</summary>
    private static string Expand(string text)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (text[i + 1] == '(' && text.IndexOf(')', i) is > 0 and var end)
            {
                result.Append("EXPANDED");
                i = end;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }
}
