using CsCheck;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

internal sealed class ReferenceSyntaxTests
{
    private static readonly string[] Pieces =
    [
        "registry.example.com",
        "localhost",
        "127.0.0.1",
        ":5000",
        ":",
        "/",
        "/",
        "team",
        "image",
        "Team",
        "x",
        "..",
        ".",
        "__",
        "--",
        "-",
        "_",
        ":latest",
        ":1.0",
        "@",
        "@sha256:",
        new string('a', 64),
        new string('a', 63),
        "sha512:",
        new string('a', 128),
        " ",
        "\n",
        "é",
        new string('b', 200),
    ];

    private static readonly Gen<string> Texts = Gen.Int[0, Pieces.Length - 1]
        .List[1, 8]
        .Select(picks => string.Concat(picks.Select(i => Pieces[i])));

    /// <summary>A spec that passes must not fail where the reference is used.</summary>
    [Test]
    public void What_is_accepted_as_an_image_can_be_used_as_one() =>
        Texts.Sample(
            text => ReferenceSyntax.OfImage(text) is not null || ImageReference.TryParse(text, out _, out _),
            iter: 20_000
        );

    [Test]
    public void What_is_accepted_as_a_repository_can_be_used_as_one() =>
        Texts.Sample(
            text => ReferenceSyntax.OfRepository(text) is not null || ImageRepository.TryParse(text, out _, out _),
            iter: 20_000
        );

    [TestCase("ubuntu")]
    [TestCase("pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime")]
    [TestCase("localhost:5000/base:1")]
    [TestCase("nvcr.io/nvidia/pytorch:25.09-py3")]
    public void Usual_references_are_accepted(string text) => Assert.That(ReferenceSyntax.OfImage(text), Is.Null);

    [Test]
    public void A_message_stays_on_one_line_and_short() =>
        Texts.Sample(text =>
            ReferenceSyntax.OfImage(text) is not { } error
            || (error.Problem.Length < 200 && !error.Problem.Contains('\n'))
        );
}
