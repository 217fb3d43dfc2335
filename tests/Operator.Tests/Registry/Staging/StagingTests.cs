using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Hosting;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Staging;
using Operator.Tests.Builds.Contents.Layers;

namespace Operator.Tests.Registry.Staging;

/// <summary>The registry of a build's pod, against a registry that wants a login.</summary>
internal sealed class StagingTests
{
    [Test]
    public async Task A_build_without_a_credential_is_pushed_once_it_has_ended()
    {
        await using var build = await StagedBuild.StartAsync();
        var made = await build.BuildAsync(await build.StageAsync());
        Assert.That(build.Registry.Tags("team/out"), Is.Empty, "nothing is pushed while code of packages runs");

        var digest = await build.Push().PushAsync(build.Told.Add, CancellationToken.None);
        var again = await build.Push().PushAsync(_ => { }, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(digest, Is.EqualTo(made.Digest));
            Assert.That(again, Is.EqualTo(digest), "a push that was killed can be made again");
            Assert.That(build.Registry.Tags("team/out")["b1"], Is.EqualTo(digest.ToString()));
            Assert.That(build.Told, Has.Some.EndsWith("mounted"), "the base's layer");
            Assert.That(build.Told.Count(t => t.EndsWith(" sent", StringComparison.Ordinal)), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Packages_are_read_in_the_layers_that_the_build_made_alone()
    {
        await using var build = await StagedBuild.StartAsync(
            layer: LayerExample.Of(("a/site-packages/idna-3.dist-info/METADATA", "Name: idna\nVersion: 3\n"))
        );
        Assert.That(await build.LayersAsync(), Is.Null, "nothing is staged");
        await build.BuildAsync(await build.StageAsync());
        var found = (await build.LayersAsync())!;
        Assert.That(found.Python.Select(p => p.Name), Is.EqualTo(["idna"]));
        Assert.That((found.Dpkg, found.Read, found.Unread), Is.EqualTo(((object?)null, 1, 0)));
    }

    [TestCase("base", "secret")]
    [TestCase("output", "b0")]
    [TestCase("cache", "key")]
    [TestCase("team/out", "b0")]
    [TestCase("hub/base", "base")]
    public async Task Nothing_else_of_a_registry_can_be_read(string name, string tag)
    {
        await using var build = await StagedBuild.StartAsync();
        var host = await build.StageAsync();
        var reference = ImageReference.Parse($"{host}/{name}:{tag}");
        Assert.That(
            () => build.Executor(host).GetManifestAsync(reference, CancellationToken.None),
            Throws.InstanceOf<RegistryException>().With.Property("Error").EqualTo(RegistryError.NotFound)
        );
    }

    [Test]
    public async Task Another_image_of_the_bases_repository_cannot_be_read_by_digest()
    {
        await using var build = await StagedBuild.StartAsync();
        var host = await build.StageAsync();
        var other = build.Registry.Tags("hub/base")["secret"];
        var layer = (string)JsonNode.Parse(build.Registry.Manifest("hub/base", "secret")!)!["layers"]![0]!["digest"]!;
        var executor = build.Executor(host);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => executor.GetManifestAsync(ImageReference.Parse($"{host}/base@{other}"), CancellationToken.None),
                Throws.InstanceOf<RegistryException>().With.Property("Error").EqualTo(RegistryError.NotFound)
            );
            Assert.That(
                await executor.BlobExistsAsync(
                    ImageRepository.Parse($"{host}/base"),
                    ImageDigest.Parse(layer),
                    CancellationToken.None
                ),
                Is.False
            );
            Assert.That(
                await executor.MountBlobAsync(
                    ImageRepository.Parse($"{host}/output"),
                    ImageDigest.Parse(layer),
                    ImageRepository.Parse($"{host}/base"),
                    CancellationToken.None
                ),
                Is.False
            );
        }
    }

    [Test]
    public async Task A_credential_that_may_not_push_fails_the_build_before_it_is_made()
    {
        await using var build = await StagedBuild.StartAsync(p =>
            p with
            {
                Base = p.Base with { Repository = ImageRepository.Parse("127.0.0.1:1/none") },
            }
        );
        var host = await build.StageAsync(password: "wrong");
        var refused = (
            await Assert.ThrowsAsync<RegistryException>(() =>
                build.Executor(host).CheckPushAsync(ImageRepository.Parse($"{host}/output"), CancellationToken.None)
            )
        )!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Error, Is.EqualTo(RegistryError.Unauthorized));
            Assert.That(refused.Message, Does.Contain("spec.output.credentials"));
            Assert.That(refused.Message, Does.Not.Contain("wrong"));
        }
    }

    [Test]
    public async Task What_is_not_as_its_digest_says_is_not_kept()
    {
        await using var build = await StagedBuild.StartAsync();
        var host = await build.StageAsync();
        var said = StagedBuild.Of("something else"u8.ToArray());
        Assert.That(
            () =>
                build
                    .Executor(host)
                    .UploadBlobAsync(
                        ImageRepository.Parse($"{host}/output"),
                        said,
                        _ => Task.FromResult<Stream>(new MemoryStream(new byte[said.Size])),
                        CancellationToken.None
                    ),
            Throws.InstanceOf<RegistryException>()
        );
        Assert.That(new StagedImages(build.Folder).Has(said.Digest), Is.False);
    }

    [Test]
    public async Task An_image_goes_under_the_builds_own_tag_alone()
    {
        await using var build = await StagedBuild.StartAsync();
        var host = await build.StageAsync();
        Assert.That(() => build.BuildAsync(host, tag: "latest"), Throws.InstanceOf<RegistryException>());
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Cached_layers_are_pushed_after_the_build_where_they_may_be(bool writes)
    {
        await using var build = await StagedBuild.StartAsync(p => p with { WritesCache = writes });
        var host = await build.StageAsync();
        var cached = await build.BuildAsync(host, "cache", "key");
        var found = await build
            .Executor(host)
            .GetManifestAsync(ImageReference.Parse($"{host}/cache:key"), CancellationToken.None);
        Assert.That(found.Digest, Is.EqualTo(cached.Digest), "the build itself finds it again");
        await build.BuildAsync(host);
        Assert.That(build.Registry.Tags("team/out/cache"), Is.Empty);

        var push = build.Push();
        await push.PushAsync(_ => { }, CancellationToken.None);
        await push.PushCacheAsync(build.Told.Add, CancellationToken.None);

        Assert.That(build.Registry.Tags("team/out/cache").ContainsKey("key"), Is.EqualTo(writes));
        if (writes)
        {
            Assert.That(build.Told, Has.Some.EndsWith("mounted"), "it is a layer of the image, too");
            var next = await build.StageAsync();
            var read = await build
                .Executor(next)
                .GetManifestAsync(ImageReference.Parse($"{next}/cache:key"), CancellationToken.None);
            Assert.That(read.Digest, Is.EqualTo(cached.Digest), "and the next build reads it through");
        }
    }

    [TestCase(StagedBuild.Password, null, "pushed no image")]
    [TestCase("wrong", RegistryError.Unauthorized, "spec.output.credentials")]
    public async Task A_push_that_fails_says_why_in_its_termination_message(
        string password,
        RegistryError? error,
        string says
    )
    {
        await using var build = await StagedBuild.StartAsync();
        if (error is not null)
        {
            await build.BuildAsync(await build.StageAsync());
        }

        var (config, message) = (Path.Combine(build.Folder, "config.json"), Path.Combine(build.Folder, "message"));
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{StagedBuild.User}:{password}"));
        var entry = new JsonObject { [build.Registry.Host] = new JsonObject { ["auth"] = auth } };
        await File.WriteAllTextAsync(config, new JsonObject { ["auths"] = entry }.ToJsonString());
        using var errors = new StringWriter();
        var code = await PublishCommand
            .Make(TimeProvider.System, errors)
            .Parse([
                $"--staging={build.Folder}",
                $"--base={build.Plan.Base}",
                "--platform=linux/amd64",
                $"--target={build.Plan.Target}",
                $"--credentials={config}",
                $"--insecure-registry={build.Registry.Host}",
                $"--output={message}",
            ])
            .InvokeAsync();
        var report = PushReport.Read(await File.ReadAllTextAsync(message));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((code, report?.Error), Is.EqualTo((1, error)), errors.ToString());
            Assert.That(report!.Message, Does.Contain(says).And.Not.Contain(password));
        }
    }

    [Test]
    public async Task What_was_half_written_when_the_container_was_killed_is_never_read()
    {
        await using var build = await StagedBuild.StartAsync();
        var whole = "a layer, all of it"u8.ToArray();
        var killed = new StagedImages(build.Folder);
        var id = killed.Begin()!.Value;
        await killed.AppendAsync(id, new MemoryStream(whole[..4]), CancellationToken.None);

        var after = new StagedImages(build.Folder);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Has(ImageDigest.Of(whole)), Is.False);
            Assert.That(await after.AppendAsync(id, new MemoryStream(whole[4..]), CancellationToken.None), Is.Null);
            Assert.That(await after.FinishAsync(id, ImageDigest.Of(whole)), Is.False);
        }

        await killed.AbandonAsync(id);
    }
}
