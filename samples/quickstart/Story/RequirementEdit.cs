using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Requirements;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace Quickstart.Story;

/// <summary>Changes one requirement where it stands: in the ConfigMap that the spec names, or in the spec.</summary>
/// <param name="Where">The object and the place in it.</param>
/// <param name="Old">The line before.</param>
/// <param name="New">The line after.</param>
internal sealed partial record RequirementEdit(string Where, string Old, string New)
{
    /// <summary>Raises the last number of the first pinned requirement; null when there is none to change.</summary>
    public static async Task<RequirementEdit?> MakeAsync(
        IKubeApi api,
        GemmaBaseImage image,
        CancellationToken cancellationToken
    )
    {
        var (ns, requirements) = (image.Metadata.NamespaceProperty, image.Spec!.Requirements ?? new RequirementsSpec());
        if (requirements.ConfigMapRef is not { } reference)
        {
            if (Raise(requirements.Inline) is not { } inline)
            {
                return null;
            }

            await api.PatchAsync<GemmaBaseImage>(
                ns,
                image.Metadata.Name,
                new JsonObject
                {
                    ["spec"] = new JsonObject { ["requirements"] = new JsonObject { ["inline"] = inline.Text } },
                },
                null,
                cancellationToken
            );
            return new RequirementEdit($"{image.Metadata.Name}'s spec.requirements.inline", inline.Old, inline.New);
        }

        var key = reference.Key ?? RequirementsKey.Default(requirements.Format);
        var map = await api.GetAsync<V1ConfigMap>(ns, reference.Name, cancellationToken);
        if (
            map?.Immutable == true
            || map?.Data?.TryGetValue(key, out var text) != true
            || Raise(text!) is not { } raised
        )
        {
            return null;
        }

        await api.PatchAsync<V1ConfigMap>(
            ns,
            reference.Name,
            new JsonObject { ["data"] = new JsonObject { [key] = raised.Text } },
            null,
            cancellationToken
        );
        return new RequirementEdit($"configmap/{reference.Name}", raised.Old, raised.New);
    }

    private static (string Text, string Old, string New)? Raise(string text)
    {
        if (
            Pinned().Match(text) is not { Success: true } pinned
            || !long.TryParse(pinned.Groups["last"].Value, out var last)
        )
        {
            return null;
        }

        var raised = $"{pinned.Groups["start"].Value}{last + 1}";
        return ($"{text[..pinned.Index]}{raised}{text[(pinned.Index + pinned.Length)..]}", pinned.Value, raised);
    }

    [GeneratedRegex(
        @"^(?<start>[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,._-]*\])?==[0-9.]*\.)(?<last>[0-9]{1,9})(?=\s*$)",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Pinned();
}
