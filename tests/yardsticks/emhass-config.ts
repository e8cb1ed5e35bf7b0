/** What the two parts of the family read from EMHASS's configuration. */
export interface EmhassConfig {
  readonly optimization_time_step: number;
  readonly nominal_power_of_deferrable_loads: readonly number[];
  readonly treat_deferrable_load_as_semi_cont: readonly boolean[];
  readonly set_deferrable_load_single_constant: readonly boolean[];
  readonly load_peak_hour_periods: Readonly<
    Record<string, readonly { readonly start?: string; readonly end?: string }[]>
  >;
  readonly load_peak_hours_cost: number;
  readonly load_offpeak_hours_cost: number;
  readonly maximum_power_from_grid: number;
  readonly maximum_power_to_grid: number;
  readonly lp_solver_mip_rel_gap: number;
  readonly battery_discharge_power_max: number;
  readonly battery_charge_power_max: number;
  readonly battery_discharge_efficiency: number;
  readonly battery_charge_efficiency: number;
  readonly battery_nominal_energy_capacity: number;
  readonly battery_minimum_state_of_charge: number;
  readonly battery_maximum_state_of_charge: number;
  readonly battery_target_state_of_charge: number;
}
