using GemmaOperator.Api.Channels;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.Builds.Inputs.Pip;
using Operator.Tests.Cluster.Gpus;
using static Operator.Tests.BaseImages.Channels.Channeled;

namespace Operator.Tests.BaseImages.Channels;

/// <summary>What a server and nodes keep out of a channel, and what is said of where it stands.</summary>
internal sealed class ChannelNodesTests
{
    [TestCase(">=2.10,<3", "2.11.0", null)]
    [TestCase(">=2.10,<2.11", "2.10.1", "2.11.0 isn't taken: the server srv is built for libtorch")]
    [TestCase("2.10", "2.10.1", "2.11.0 isn't taken")]
    [TestCase("", "2.11.0", null)]
    public void A_server_that_does_not_run_on_a_version_keeps_it_out(string libtorch, string best, string? skipped)
    {
        var (open, why) = ChannelPolicy.Choose(
            Facts(Remembered()),
            [Version("2.11.0"), Version("2.10.1")],
            "srv",
            libtorch,
            RequirementsFile.Empty,
            []
        );
        Assert.That(open[0].ToString(), Is.EqualTo(best));
        Assert.That(why, skipped is null ? Is.Null : Does.StartWith(skipped));
    }

    [TestCase("7.0", "2.10.1", "2.11.0 isn't taken: it was compiled for other GPUs than those of v (driver")]
    [TestCase("9.0", "2.11.0", null)]
    [TestCase("5.0", "2.11.0", null)]
    public void A_version_that_leaves_GPUs_behind_which_run_the_present_one_is_kept_out(
        string gpu,
        string best,
        string? skipped
    )
    {
        var (open, why) = ChannelPolicy.Choose(
            Facts(Remembered()),
            [Version("2.11.0"), Version("2.10.1")],
            "",
            "",
            RequirementsFile.Empty,
            [Labelled.Of("v", "580.95.05", "13.0", gpu)]
        );
        Assert.That(open[0].ToString(), Is.EqualTo(best));
        Assert.That(why, skipped is null ? Is.Null : Does.StartWith(skipped));
    }

    /// <summary>The CUDA is a part of the variant, and so is the driver that it takes.</summary>
    [Test]
    public void Drivers_keep_no_version_out_since_the_CUDA_stays()
    {
        var channel = Facts(Remembered());
        foreach (var version in new[] { "2.10.1", "2.11.0", "2.99.0" })
        {
            var moved = channel.Line.With(Version(version));
            Assert.That((moved.Cuda, moved.Image), Is.EqualTo((channel.Base.Cuda, channel.Base.Image)));
        }

        Assert.That(channel.Line.VersionOf("2.11.0-cuda13.0-cudnn9-runtime"), Is.Null);
        var (open, _) = ChannelPolicy.Choose(
            channel,
            [Version("2.11.0")],
            "",
            "",
            RequirementsFile.Empty,
            [Labelled.Of("old", "470.57.02", "11.4", "9.0")]
        );
        Assert.That(open[0].ToString(), Is.EqualTo("2.11.0"));
    }

    [TestCase("newest", "channel Minor; newest 2.11.0")]
    [TestCase(
        "taken",
        "channel Minor; newest 2.11.0; not proved yet, goes back to pytorch/pytorch:2.10.0-cuda12.8-cud"
    )]
    [TestCase("refused", "channel Minor; newest 2.11.0; 2.11.0 was given up, build gemma-b2")]
    [TestCase("refused and away", "channel Minor; newest 2.11.0; 2.11.0 was given up, build gemma-b2")]
    [TestCase("beyond", "channel Patch; newest 2.11.0; 2.10.1 was given up, build gemma-b2")]
    [TestCase("skipped", "channel Minor; newest 2.11.0; 2.11.0 isn't taken: the server")]
    [TestCase("away", "channel Minor; newest 2.11.0; tags can't be read: no answer")]
    [TestCase("", "channel Minor; its tags weren't read yet")]
    public void A_line_says_where_it_stands(string how, string says)
    {
        var known = Remembered() with { Newest = "2.11.0" };
        var status = how switch
        {
            "newest" => known,
            "taken" => known with { Taken = On("2.11.0"), From = On("2.10.0") },
            "refused" => known with { Refused = [new RefusedBase { Version = "2.11.0", Build = "gemma-b2" }] },
            "refused and away" => known with
            {
                Refused = [new RefusedBase { Version = "2.11.0", Build = "gemma-b2" }],
                Problem = "no answer",
            },
            "beyond" => known with
            {
                Channel = BaseChannel.Patch,
                Refused = [new RefusedBase { Version = "2.10.1", Build = "gemma-b2" }],
            },
            "skipped" => known with { Skipped = "2.11.0 isn't taken: the server" },
            "away" => known with { Problem = "no answer" },
            _ => Remembered(),
        };
        Assert.That(ChannelText.Of(status), Does.StartWith(says));
    }
}
