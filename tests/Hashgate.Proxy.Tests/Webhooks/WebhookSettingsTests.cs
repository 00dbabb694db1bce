using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.Hosting;
using Hashgate.Proxy.Webhooks;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Webhooks;

public sealed class WebhookSettingsTests
{
    private const string Url = "https://hooks.example/services/secret-path?sig=secret-query";

    [Fact]
    public void Nothing_set_is_no_webhook() => Assert.Empty(LoadedSettings.Right().Webhooks);

    [Fact]
    public void Url_alone_sends_what_calls_somebody()
    {
        var webhook = Assert.Single(LoadedSettings.Right(("Webhooks:ops:Url", Url)).Webhooks);
        Assert.Equal(("ops", new Uri(Url), WebhookFormat.Generic, true), (webhook.Name, webhook.Url, webhook.Format, webhook.Enabled));
        Assert.Equal((null, null, null, TimeSpan.FromSeconds(10), 1000), (webhook.Secret, webhook.Authorization, webhook.CaFile, webhook.Timeout, webhook.QueueLength));
        Assert.Superset(new HashSet<string> { EventKinds.HashMismatch, EventKinds.HashChanged, EventKinds.StoreAlarm, EventKinds.Blocked }, webhook.Kinds.ToHashSet());
        Assert.DoesNotContain(EventKinds.FirstSeen, webhook.Kinds);
        Assert.DoesNotContain("secret", webhook.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var webhook = Assert.Single(LoadedSettings.Right(
            ("Webhooks:chat:Url", Url), ("Webhooks:chat:Format", "Slack"), ("Webhooks:chat:Kinds:0", "Blocked"), ("Webhooks:chat:Kinds:1", "held"), ("Webhooks:chat:Rules:0", "malware"),
            ("Webhooks:chat:Secret", "0123456789abcdef"), ("Webhooks:chat:Authorization", "Bearer abc"), ("Webhooks:chat:Enabled", "false"), ("Webhooks:chat:Timeout", "00:00:03"), ("Webhooks:chat:QueueLength", "50")).Webhooks);
        Assert.Equal((WebhookFormat.Slack, false, "0123456789abcdef", "Bearer abc", TimeSpan.FromSeconds(3), 50), (webhook.Format, webhook.Enabled, webhook.Secret, webhook.Authorization, webhook.Timeout, webhook.QueueLength));
        Assert.Equal(["blocked", "held"], webhook.Kinds.Order());
        Assert.Equal(["malware"], webhook.Rules);
    }

    [Theory]
    [InlineData("Url", null, "Hashgate:Webhooks:ops:Url is missing")]
    [InlineData("Url", "hooks.example/secret", "Hashgate:Webhooks:ops:Url must be an absolute http or https URL without user or fragment.")]
    [InlineData("Url", "ftp://hooks.example/secret", "Hashgate:Webhooks:ops:Url must be")]
    [InlineData("Url", "https://me:secret@hooks.example/", "Hashgate:Webhooks:ops:Url must be")]
    [InlineData("Url", "https://hooks.example/#secret", "Hashgate:Webhooks:ops:Url must be")]
    [InlineData("Format", "xml", "Hashgate:Webhooks:ops:Format is 'xml': it must be one of generic, slack, cloudevents.")]
    [InlineData("Kinds:0", "bloked", "Hashgate:Webhooks:ops:Kinds:0 is 'bloked': it must be all, or one of blocked, held,")]
    [InlineData("Rules:0", "malwear", "Hashgate:Webhooks:ops:Rules:0 is 'malwear': it must be one of hash-mismatch,")]
    [InlineData("Secret", "short-secret", "Hashgate:Webhooks:ops:Secret must have at least 16 characters")]
    [InlineData("Authorization", "Bearer secret\nX-Evil: 1", "Hashgate:Webhooks:ops:Authorization must be the value of a header")]
    [InlineData("Enabled", "ja", "Hashgate:Webhooks:ops:Enabled is 'ja'")]
    [InlineData("Timeout", "1", "Hashgate:Webhooks:ops:Timeout is '1'")]
    [InlineData("Timeout", "01:00:00", "Hashgate:Webhooks:ops:Timeout is '01:00:00'")]
    [InlineData("QueueLength", "9", "Hashgate:Webhooks:ops:QueueLength is '9'")]
    [InlineData("CaFile", "/nowhere/ca.pem", "Hashgate:Webhooks:ops:CaFile is '/nowhere/ca.pem': it must be a file that exists.")]
    [InlineData("Urls", Url, "Hashgate:Webhooks:ops:Urls is no setting")]
    public void Wrong_value_is_one_error_that_names_it_and_no_secret(string key, string? value, string expected)
    {
        // A name of its own stands in the settings even where the URL is missing.
        var values = key == "Url" ? [("Webhooks:ops:" + key, value), ("Webhooks:ops:Enabled", "true")] : new (string, string?)[] { ("Webhooks:ops:Url", Url), ("Webhooks:ops:" + key, value) };
        var error = LoadedSettings.Wrong(values);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_that_can_not_stand_in_a_path_is_an_error() =>
        Assert.StartsWith("Hashgate:Webhooks:../ops can't be a webhook's name", LoadedSettings.Wrong(("Webhooks:../ops:Url", Url)), StringComparison.Ordinal);

    [Fact]
    public void File_without_certificates_is_an_error()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "ca.pem");
        File.WriteAllText(path, "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
        Assert.Equal($"Hashgate:Webhooks:ops:CaFile is '{path}': it must be a readable PEM file with certificates.", LoadedSettings.Wrong(("Webhooks:ops:Url", Url), ("Webhooks:ops:CaFile", path)));
    }
}
