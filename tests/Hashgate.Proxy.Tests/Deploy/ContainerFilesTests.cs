namespace Hashgate.Proxy.Tests.Deploy;

/// <summary>Runs deploy/check-container-files and deploy/check-service against the hashgate that was built beside these tests.</summary>
public class ContainerFilesTests
{
    [Fact, Trait("Needs", "redis")]
    public Task Container_files_checked_without_an_engine_are_in_order() => DeployScript.AssertRunsAsync("check-container-files", AppContext.BaseDirectory);

    [Fact, Trait("Needs", "systemd")]
    public Task Service_runs_with_its_units_settings_and_filter_of_system_calls() => DeployScript.AssertRunsAsync("check-service", AppContext.BaseDirectory);
}
