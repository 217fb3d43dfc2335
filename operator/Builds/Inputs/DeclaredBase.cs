using System.Diagnostics.CodeAnalysis;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Validation;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Holds the upstream base that a spec asks for. It is compared as it was written, as every status and build has it: a
/// reference that is written in another way is another one.
/// </summary>
internal sealed record DeclaredBase
{
    private DeclaredBase(string text, ImageReference reference) => (Text, Reference) = (text, reference);

    /// <summary>Gets the reference as it was written, for the API and for people.</summary>
    public string Text { get; }

    /// <summary>Gets the reference as registries are asked for it.</summary>
    public ImageReference Reference { get; }

    /// <summary>
    /// Reads the explicit image, or the tag under which the PyTorch project publishes the combination, for example
    /// <c>pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime</c>; or says everything that is wrong with it.
    /// </summary>
    public static Parsed<DeclaredBase> Read(BaseSpec spec)
    {
        var findings = new Findings();
        BaseRules.Check(spec, findings);
        return findings.Errors.Count > 0
            ? Parsed<DeclaredBase>.Wrong(findings.Errors)
            : Parsed<DeclaredBase>.Of(Parse(BaseLine.TextOf(spec)));
    }

    /// <summary>Reads a reference that is known to be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DeclaredBase Parse(string text) => new(text, ImageReference.Parse(text));

    /// <summary>Reads a reference that may be none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DeclaredBase? declared)
    {
        declared = ImageReference.TryParse(text, out var reference, out _) ? new DeclaredBase(text!, reference) : null;
        return declared is not null;
    }

    public override string ToString() => Text;
}
