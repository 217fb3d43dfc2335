using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.Builds.Inputs;

namespace Operator.Tests.BaseImages.Reconcile;

/// <summary>Touching an object costs nothing: what it names is understood once.</summary>
internal sealed class ParsedInputsTests
{
    private int _understood;

    [SetUp]
    public void Begin() => _understood = 0;

    [Test]
    public void A_touched_object_is_not_understood_again()
    {
        var parsed = new ParsedInputs();
        var text = Requirements(8000);
        Request(parsed, A.BaseImage(), text);
        for (var i = 0; i < 100; i++)
        {
            // As a watch brings it: another object that says the same.
            Request(parsed, A.BaseImage().Asking($"touch {i}"), new string(text));
        }

        var spec = parsed.Spec(A.BaseImage());
        var touched = parsed.Spec(A.BaseImage().Asking("touch"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_understood, Is.EqualTo(1));
            Assert.That(touched, Is.SameAs(spec));
        }
    }

    [Test]
    public void A_changed_spec_or_text_is_understood_anew()
    {
        var parsed = new ParsedInputs();
        Request(parsed, A.BaseImage(), "numpy==2.0");
        Request(parsed, A.BaseImage(), "numpy==2.1");
        var edited = A.BaseImage();
        edited.Metadata.Generation = 2;
        Request(parsed, edited, "numpy==2.1");
        var reborn = A.BaseImage();
        reborn.Metadata.Uid = "another life";
        Request(parsed, reborn, "numpy==2.1");
        Assert.That(_understood, Is.EqualTo(4));
    }

    [Test]
    public void What_is_kept_is_bounded()
    {
        var parsed = new ParsedInputs();
        var text = Requirements(20_000);
        for (var i = 0; i < 40; i++)
        {
            var image = A.BaseImage();
            image.Metadata.Uid = $"uid-{i}";
            parsed.Request(image, text, null, () => new BuildRequest.Refused("InvalidSpec", "too much"));
        }

        Assert.That(parsed.Bytes, Is.InRange(1, ParsedInputs.MostBytes));
    }

    private void Request(ParsedInputs parsed, GemmaBaseImage image, string text)
    {
        var spec = image.Spec! with { Requirements = new RequirementsSpec() };
        var request = parsed.Request(
            image,
            text,
            null,
            () =>
            {
                _understood++;
                return BuildRequest.From(
                    spec,
                    ParsedSpec.Parse(spec, text, null).Value,
                    new BuildTemplate { Output = spec.Output }
                );
            }
        );
        Assert.That(((BuildRequest.Known)request).Resolved.Requirements, Does.Contain(text.Split('\n')[0]));
    }

    private static string Requirements(int lines)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"package-{i}==1.0.{i}\n");
        }

        return text.ToString();
    }
}
